/**
 * What we start in a host, and what can be read out of its configuration and its log. One definition serves both labs:
 * docker-lab runs the image, netns-lab runs the program found on PATH.
 */

/** Why a line of a config matters to a WebSocket. Audits and blame join on these, never on a proxy's own words. */
export type ConfigSymptom =
  /** The proxy answers the request itself: deny, return, redirect, or a back end that is not the origin. */
  | 'answers-itself'
  /** Upgrade and/or Connection do not reach the origin. */
  | 'drops-upgrade'
  /** The request goes to the origin as HTTP/1.0. */
  | 'speaks-http10'
  /** An ordinary request is sent on with upgrade headers, or otherwise spoilt. */
  | 'spoils-plain-http'
  /** An idle tunnel is cut. */
  | 'cuts-idle'
  /** Bytes that follow the request head are lost. */
  | 'loses-first-frame'
  /** The request target is changed. */
  | 'rewrites-target'
  /** A header is set, added or removed. */
  | 'changes-header';

/** A line of a proxy's config that can cause a symptom. `line` and `column` are 1-based. */
export interface ConfigLine {
  readonly symptom: ConfigSymptom;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of the line, trimmed. */
  readonly text: string;
  /** What the line does, in words a report can print after "because": "no `proxy_set_header Upgrade` in this location". */
  readonly explanation: string;
  /** Where it applies; absent means everywhere. */
  readonly scope?: ConfigScope;
  /** For `cuts-idle`: the limit in milliseconds. */
  readonly limitMs?: number;
}

export interface ConfigScope {
  /** The proxy's own name for where a request was sent: an HAProxy `backend/server`, `backend`, or a status it returns. */
  readonly logName?: string;
  /** nginx location or a path prefix: applies to request targets that it matches. */
  readonly pathPrefix?: string;
  /** The status this line produces. */
  readonly status?: number;
  /** How the proxy's log ends a line when this was the cause: an HAProxy termination state begins with it. */
  readonly termination?: string;
}

/** One access- or error-log line of a proxy, decoded as far as its parser can. `raw` is the line itself, untrusted. */
export interface ProxyLogEntry {
  readonly raw: string;
  readonly kind: 'access' | 'error' | 'notice';
  /** Unix time in milliseconds of the event that the line reports (for an access line: when it was written), or null. */
  readonly atMs: number | null;
  readonly clientPort: number | null;
  readonly method: string | null;
  readonly target: string | null;
  /** Status sent to the client. */
  readonly status: number | null;
  /** Status that came from the next host; null when the proxy answered by itself or none came. */
  readonly serverStatus: number | null;
  /** Where the proxy sent the request, in its own words: `be_ws/origin1`, `10.0.0.2:9000`, `be_static/<NOSRV>`. */
  readonly server: string | null;
  /** True when the proxy says that it opened a connection to a next host for this request. */
  readonly reachedServer: boolean | null;
  readonly durationMs: number | null;
  /** HAProxy's termination state (`PR--`), nginx's error text, or a Node error code. */
  readonly termination: string | null;
  /** The termination in words: "the proxy itself refused the request (deny rule or invalid request), in the request phase". */
  readonly terminationMeaning: string | null;
  /** Who ended it, as far as the proxy's own words say so. */
  readonly endedBy: 'client' | 'server' | 'proxy' | 'timeout' | null;
}

/** An entry of which nothing is known yet: parsers fill in what a line says. */
export const NOTHING_LOGGED: Omit<ProxyLogEntry, 'raw' | 'kind'> = {
  atMs: null,
  clientPort: null,
  method: null,
  target: null,
  status: null,
  serverStatus: null,
  server: null,
  reachedServer: null,
  durationMs: null,
  termination: null,
  terminationMeaning: null,
  endedBy: null,
};

/** A reason why a config is not accepted, in the proxy's own words, with the place it names. */
export interface ConfigRejection {
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** What one command printed. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a service's things are inside its host, given by the lab. Absolute paths as the program sees them. */
export interface ServicePlacement {
  /** The main config file. Its folder holds the config's sibling files too. */
  readonly configPath: string;
  /** PEM with certificate, chain and key in one file (what HAProxy wants). */
  readonly tlsBundlePath: string;
  readonly tlsCertPath: string;
  readonly tlsKeyPath: string;
  /** The program to run: an absolute path or a name on PATH. */
  readonly program: string;
  /** True when the host has a single user id (an unprivileged user namespace), so the program must not change user. */
  readonly singleUser: boolean;
  /** What `versionArgv` printed, stdout and stderr together. */
  readonly versionOutput: string;
  /** Text of the main config file, where the lab has it at hand: some options must not repeat what a config says itself. */
  readonly configText?: string;
}

export interface ImageDefinition {
  /** The official image; `{version}` stands for the version a path asks for, else `defaultVersion`. */
  readonly official: string;
  readonly defaultVersion: string;
  /** Debian packages that give the same program on a Debian base; empty when the program is Node itself. */
  readonly debianPackages: readonly string[];
  /** Debian suites by the version they carry, newest last: `{ '2.6': 'bookworm', '3.0': 'trixie' }`. */
  readonly debianSuites: Readonly<Record<string, string>>;
}

/** A proxy that Hopscope can start. */
export interface ProxyService {
  readonly name: string;
  readonly title: string;
  readonly program: string;
  readonly image: ImageDefinition;
  /** Extension and name of the main config file a path points to, for messages: `haproxy.cfg`. */
  readonly configName: string;
  versionArgv(program: string): readonly string[];
  /** The version number out of what `versionArgv` printed; null when it is not this program. */
  parseVersion(output: string): string | null;
  /** Command that checks the config without starting; null when the proxy has none. */
  checkArgv(at: ServicePlacement): readonly string[] | null;
  parseRejection(output: CommandResult): ConfigRejection;
  /** Runs in the foreground, logs to stdout and stderr. */
  startArgv(at: ServicePlacement): readonly string[];
  /** Signal that stops it at once and in order. */
  readonly stopSignal: 'SIGTERM' | 'SIGQUIT' | 'SIGINT';
  /**
   * The version that matters to people, out of the first lines of the log, where it is not that of the program: a Node proxy is its
   * package. Null while no line says it.
   */
  runningVersion?(log: string): string | null;
  parseLog(line: string): ProxyLogEntry | null;
  /** Lines that matter to a WebSocket. Never throws: a config it cannot read gives no lines. */
  readConfig(text: string, file: string): readonly ConfigLine[];
}
