import type { ConfigLine } from './service.ts';
import type { ConfigPlace, Entry } from './surroundings.ts';

/** One file of the file system that a proxy is given. Paths are absolute, as the proxy sees them. */
export type WorldFile =
  /** A copy of a file of this machine that the user gave. */
  | { readonly kind: 'copy'; readonly path: string; readonly from: string; readonly mode: number }
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly mode: number }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number; readonly owner: string | null }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** The world around a config: everything its host is given. Plain data, kept in run.json. */
export interface World {
  /** The file that the program is started with. */
  readonly main: string;
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string>>;
  /** In the order in which they are made; a later one wins. Files of the program's own package are there besides (mime.types, modules ...). */
  readonly files: readonly WorldFile[];
  /** Users and groups beyond those of the package; the program may change to any of them. */
  readonly users: readonly { readonly user: string; readonly group: string }[];
  /** Literal addresses that it listens on: its host has them, and the client reaches them. */
  readonly addresses: readonly string[];
  /** Ports that it listens on: a connection of its own to one of them on loopback stays in the host. */
  readonly ownPorts: readonly number[];
  /** /etc/hosts of the proxy: names of origins, each with an address of its own that leads to the lab's origin. */
  readonly names: Readonly<Record<string, string>>;
  /** Paths of unix sockets behind which the origin stands. */
  readonly unixOrigins: readonly string[];
  readonly authTargets: readonly string[];
  /** What clients of its entries say in Authorization: a user whom its password files know. Absent: it has no password file. */
  readonly authorization?: string;
  /** PEM texts that the origin shows to a proxy that speaks TLS to it: of the authority that the world's files name. Absent: those of the lab. */
  readonly originTls?: { readonly certificate: string; readonly key: string };
}

/**
 * One line of the stub diff: `given` by the user, `made` (works as the real one would: a certificate, an address, a folder), `stubbed` (there, but
 * empty or harmless: an error page, a map), `missing` (could not be provided).
 */
export interface Provision {
  readonly how: 'given' | 'made' | 'stubbed' | 'missing';
  /** `origin`, `certificate`, `file`, `folder`, `name`, `address`, `user`, `variable`, `resolver`, `module`, `wrapper`, `syslog` ... */
  readonly what: string;
  /** `api:3000`, `/etc/ssl/edge.pem`. Untrusted. */
  readonly name: string;
  /** One clause: "an echo origin answers there", "empty: the repository has none". */
  readonly because: string;
  readonly place: ConfigPlace | null;
}

/** A config that was checked, for the record: what it is, what was provided, and which path is which entry. */
export interface SubjectFacts {
  /** Unique in the run: `haproxy.cfg`. */
  readonly id: string;
  readonly service: string;
  /** The version that was asked for; null: that of the machine. */
  readonly version: string | null;
  /** The config as the user named it. */
  readonly label: string;
  /** Named under `check` of a spec: `hopscope run` stands it up, and not `hopscope check`. */
  readonly ofSpec?: true;
  readonly provisions: readonly Provision[];
  readonly entries: readonly { readonly path: string; readonly entry: Entry; readonly seen: EntrySeen | null }[];
  /** The version that ran. */
  readonly ran: string | null;
  /** Why no path could be made of it, or only with another version; null: nothing to say. */
  readonly note: string | null;
  /** Flags that `hopscope check` was given for it and needs again: `--root`, `.`. Absent: none. */
  readonly flags?: readonly string[];
  /** report.html of the run with divided durations, relative to the run folder. Absent: there was none. */
  readonly limitsReport?: string;
}

/** What a check saw at one entry. Null where it was not tried. */
export interface EntrySeen {
  /** Label of the plain opening handshake's outcome: `101`, `426`, `timeout`. */
  readonly handshake: string | null;
  /** Who refused it, and why; null where it opened or nobody could be named. */
  readonly refusedBy: { readonly host: string; readonly because: string; readonly line: ConfigLine | null } | null;
  /** Headers that the path adds, drops or changes: `added X-Forwarded-For`. */
  readonly headers: { readonly request: readonly string[]; readonly response: readonly string[] };
  /** Status of an ordinary request for `/`, or why there was none. */
  readonly plain: string | null;
  readonly idle: IdleLimit | null;
  /** Of the sockets that were open when the proxy read its config anew; null: it has no reload, or was not asked. */
  readonly reload: { readonly survived: number; readonly of: number } | null;
}

/** After how long an idle socket is cut. */
export interface IdleLimit {
  /** As configured, in milliseconds; null: no line or default of a host sets one, as far as they are read. */
  readonly limitMs: number | null;
  /** The line that sets it. */
  readonly line: ConfigLine | null;
  /** `measured`: the socket was cut then, at a divided time scale; `outlasted`: it was not cut within the watch; `read`: it was not tried. */
  readonly proof: 'measured' | 'outlasted' | 'read';
  /** Of the time scale, which the durations were divided by; 1: they ran as they are. */
  readonly timeScale: number;
  /** Longest interval of pings that keeps it open with room to spare; null where there is no limit. */
  readonly safePingMs: number | null;
}
