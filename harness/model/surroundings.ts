/*
 * A user's own config, unmodified, and what it expects of the world around it. A service reads both out of the text (`readSurroundings` in
 * service.ts), `harness/world` plans what is given to it (world.ts), a lab makes it true.
 */

/** One file of a config. `path` is absolute, as the proxy sees it; `label` is the file as the user knows it, for every message. */
export interface ConfigFile {
  readonly path: string;
  /** Untrusted. */
  readonly text: string;
  readonly label: string;
  /** It came with Hopscope: a main config around a fragment of the user's. Nothing is blamed on its lines. */
  readonly isWrapper?: true;
}

/** A config as the proxy sees it. Read-only: an edit makes a new tree. */
export interface ConfigTree {
  /** Path of the file that the program is started with: a key of `files`. */
  readonly main: string;
  /** By path. Only text that a reader of configs may want: no keys, no binary files. */
  readonly files: ReadonlyMap<string, ConfigFile>;
  /** Folder that the program is started in. */
  readonly workingFolder: string;
  /** Environment that the user gave. */
  readonly env: Readonly<Record<string, string>>;
}

/** A place in a file of the user's. 1-based; `file` is a label. */
export interface ConfigPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where the config makes the program listen. */
export interface ExpectedListener {
  /** A literal address; null: every address. */
  readonly address: string | null;
  readonly port: number;
  readonly tls: boolean;
  /** Clients must begin with a PROXY header (HAProxy's PROXY protocol). */
  readonly wantsProxyHeader: boolean;
  readonly place: ConfigPlace;
}

/** A URL that a client may use. */
export interface Entry {
  readonly scheme: 'ws' | 'wss';
  /** What the client says in Host and SNI, without a port. */
  readonly host: string;
  readonly port: number;
  /** Request-target: `/socket.io/?EIO=4&transport=websocket`. */
  readonly target: string;
  /** A literal address that it listens on alone; null: any of the host's. */
  readonly address: string | null;
  /** `declared`: the config itself says that WebSockets come here, or the user named it; `likely`: it would carry them; `plain`: only ordinary requests. */
  readonly kind: 'declared' | 'likely' | 'plain';
  /** Clause after "because": "this location sets Upgrade". */
  readonly because: string;
  readonly place: ConfigPlace | null;
}

/** Where the config sends requests to. */
export interface ExpectedOrigin {
  /** Host name or literal address; for a unix socket its path. */
  readonly host: string;
  /** Null: that of the client's own connection, or a unix socket. */
  readonly port: number | null;
  readonly isUnix: boolean;
  readonly tls: boolean;
  readonly place: ConfigPlace;
}

export type ExpectedFileKind =
  /** Certificate (PEM), its key elsewhere. */
  | 'certificate'
  | 'key'
  /** Certificate and key in one PEM. */
  | 'bundle'
  /** A folder of bundles. */
  | 'certificate-folder'
  /** HAProxy's crt-list: lines of bundle, options, names. */
  | 'certificate-list'
  /** Certificates of authorities. */
  | 'authority'
  | 'revocation-list'
  | 'dh-parameters'
  | 'include'
  | 'map'
  | 'list'
  | 'lua'
  /** A raw HTTP answer (HAProxy errorfile). */
  | 'error-answer'
  | 'password-file'
  | 'folder'
  /** A file that the program writes; its folder must be there. */
  | 'log'
  | 'pid'
  | 'socket'
  | 'module'
  | 'other';

/** A file or folder that the config names. */
export interface ExpectedFile {
  /** Absolute, as the proxy sees it; relative ones are resolved as the program does. May be a pattern for includes (`conf.d/*.conf`), which may match nothing. */
  readonly path: string;
  readonly kind: ExpectedFileKind;
  /** Names that a certificate must serve. */
  readonly names: readonly string[];
  /** The program starts without it. */
  readonly isOptional: boolean;
  readonly place: ConfigPlace;
}

/** What a config expects, as far as it can be read. */
export interface Surroundings {
  readonly listeners: readonly ExpectedListener[];
  /** Best first. */
  readonly entries: readonly Entry[];
  readonly origins: readonly ExpectedOrigin[];
  readonly files: readonly ExpectedFile[];
  /** DNS servers that it asks. */
  readonly resolvers: readonly { readonly address: string; readonly port: number; readonly place: ConfigPlace }[];
  /** Users and groups that it changes to. */
  readonly users: readonly { readonly user: string | null; readonly group: string | null; readonly place: ConfigPlace }[];
  /** Environment that it reads. `fallback`: what it takes where there is none; null: it has none of its own. */
  readonly variables: readonly { readonly name: string; readonly fallback: string | null; readonly place: ConfigPlace }[];
  /** Targets of subrequests that must be answered with 2xx although they carry the client's upgrade headers (nginx auth_request), as the origin sees them. */
  readonly authTargets: readonly string[];
  /** What cannot be provided, as clauses: "the module ngx_http_geoip2_module is not part of Debian". */
  readonly doubts: readonly { readonly because: string; readonly place: ConfigPlace | null }[];
}

export const NO_SURROUNDINGS: Surroundings = {
  listeners: [],
  entries: [],
  origins: [],
  files: [],
  resolvers: [],
  users: [],
  variables: [],
  authTargets: [],
  doubts: [],
};

/** Versions of a program in which a config that another one refuses may be accepted: from `from` on, and before `before`. */
export interface VersionRange {
  readonly from: string | null;
  readonly before: string | null;
  /** "`http2` is a directive since nginx 1.25.1", with the source. */
  readonly because: string;
}
