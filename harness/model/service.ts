import type { ProcessEnd } from './crash-evidence.ts';
import type { LadderMode } from './ladder-mode.ts';
import type { Quirk } from './quirk.ts';
import type { RemedyCandidate } from './remedy.ts';
import type { ConfigTree, Entry, ExpectedFile, Surroundings, VersionRange } from './surroundings.ts';

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
  /** A tunnel that outlives a reload, an upgrade or a graceful stop is cut some time after it. */
  | 'cuts-on-reload'
  /** Bytes that follow the request head are lost. */
  | 'loses-first-frame'
  /** The request target is changed. */
  | 'rewrites-target'
  /** A header is set, added or removed. */
  | 'changes-header'
  /** HTTP/2 is agreed on in TLS, and extended CONNECT, which a WebSocket needs there, is not offered. */
  | 'offers-h2'
  /** A PROXY header goes out before anything else to the next host. */
  | 'sends-proxy-header'
  /** A duration that ends connections of the modes in `modes`. */
  | 'limits-time'
  /** A number that connections above it do not get past. */
  | 'limits-count';

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
  /** For `cuts-idle` and `cuts-on-reload`: the limit in milliseconds. */
  readonly limitMs?: number;
  /** For `limits-time`: which quiet it ends. Empty: a duration that is scaled with the others and ends none of them by itself. */
  readonly modes?: readonly LadderMode[];
  /** For `limits-time`: no line sets it, and this is the default; `line` is the block that it applies in. */
  readonly isDefault?: true;
  /** For `limits-count`: of what, and after how many sockets of one client it is reached (at the most, where the program needs some itself). */
  readonly resource?: LimitedResource;
  readonly limit?: number;
}

/** What a limit of number counts. */
export type LimitedResource = 'connections' | 'connections-per-address' | 'open-files' | 'queue' | 'backlog' | 'ports';

/** A config whose durations were divided. Its lines are those of the original, one by one. */
export interface ScaledConfig {
  readonly text: string;
  /** What could not be scaled, in sentences without a full stop. */
  readonly notes: readonly string[];
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

/** What a service is asked to mend: a line of its config that a finding was blamed on. */
export interface RemedyRequest {
  /** Text of the main config. Untrusted. */
  readonly text: string;
  /** One of the lines that `readConfig` gave for this text. */
  readonly line: ConfigLine;
  /** Request-target of the socket, as the client sends it: `/live/socket`. */
  readonly target: string;
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
  /** Path of the file that it names, as the proxy sees it; absent where it names none. */
  readonly file?: string;
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
  /** The config is a user's own, which stands where it would in production, with everything around it (world.ts). */
  readonly isForeign?: true;
  /** Text of the main config file, where the lab has it at hand: some options must not repeat what a config says itself. */
  readonly configText?: string;
}

export interface ImageDefinition {
  /** The official image, null where there is none; `{version}` stands for the version a path asks for, else `defaultVersion`. */
  readonly official: string | null;
  /** Name of the program in the official image, where it differs from the service's. */
  readonly officialProgram?: string;
  readonly defaultVersion: string;
  /** Debian packages that give the same program on a Debian base; empty when the program is Node itself, or Debian has none. */
  readonly debianPackages: readonly string[];
  /** Debian suites by the version they carry, newest last: `{ '2.6': 'bookworm', '3.0': 'trixie' }`. */
  readonly debianSuites: Readonly<Record<string, string>>;
}

export type LifecycleSignal = 'SIGHUP' | 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2' | 'SIGWINCH';

/**
 * One step of an action on a running proxy. `signal` goes to the main process it had before the action: the newest that has children, as
 * a master has workers, else the newest. `run` is a command in the proxy's own file system; an exit code other than 0 fails the action.
 */
export type LifecycleStep =
  | { readonly signal: LifecycleSignal }
  /** Ends the shell that started the main process, where there is one, so that it is nobody's child, as a daemon is. */
  | { readonly orphan: true }
  | { readonly run: (at: ServicePlacement) => readonly string[] }
  /** Waits until a process is there that was not there before the action: the new worker is up. */
  | { readonly until: 'new-process' }
  /** Waits until a process that was not there before has a child: the new program and its first worker are up. */
  | { readonly until: 'new-main' };

/** How a proxy is told to read its config anew, to make room for a new program, or to end in order. Each step list runs in order. */
export interface ProxyLifecycle {
  /** The documented way to read the config anew while it runs; null when there is none, so that a change of config is a restart. */
  readonly reload: readonly LifecycleStep[] | null;
  /** A new program takes over the listeners; null when the proxy has no such thing. */
  readonly upgrade: readonly LifecycleStep[] | null;
  /** Its graceful end: no new connections, open ones as the proxy's documentation says. It may go on for as long as a tunnel is open. */
  readonly gracefulStop: readonly LifecycleStep[];
  /** Documentation of these, for reports. */
  readonly source: string;
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
  /** Whether everything that belongs to it runs, by its log, once it listens. Absent: it is ready when it listens. */
  isReady?(log: string): boolean;
  /** Signal that stops it at once and in order. */
  readonly stopSignal: 'SIGTERM' | 'SIGQUIT' | 'SIGINT';
  /** Absent: it can only be killed, stopped with `stopSignal` and started. */
  readonly lifecycle?: ProxyLifecycle;
  /**
   * The version that matters to people, out of the first lines of the log, where it is not that of the program: a Node proxy is its
   * package. Null while no line says it.
   */
  runningVersion?(log: string): string | null;
  parseLog(line: string): ProxyLogEntry | null;
  /** How a worker ended by a signal, out of the line in which the process that goes on says so; null for any other line. Absent: it has none. */
  workerEnd?(line: string): ProcessEnd | null;
  /** Lines that matter to a WebSocket. Never throws: a config it cannot read gives no lines. */
  readConfig(text: string, file: string): readonly ConfigLine[];
  /** Lines that set limits of time and of number: `limits-time`, `limits-count`. Never throws. */
  readLimits?(text: string, file: string): readonly ConfigLine[];
  /** The same config with its durations divided by `factor`; every other character stays. Never throws. Absent: it cannot be done. */
  scaleDurations?(text: string, factor: number): ScaledConfig;
  /**
   * Changes of the config that may cure what a line of it does, best first, at most three; empty where no honest edit follows from the
   * rules. Pure. They are tried before anybody is told that they help.
   */
  remedies?(request: RemedyRequest): readonly RemedyCandidate[];
  /** What a user's own config expects of the world around it. Pure; never throws. Absent: such configs of it cannot be checked. */
  readSurroundings?(tree: ConfigTree): Surroundings;
  /**
   * The same as `readConfig` and `readLimits` over all files of a config, each line with the label of its file. With an entry, lines that
   * only hold for other virtual hosts may be left out. Absent: only the main file is read.
   */
  readTree?(tree: ConfigTree, entry?: Entry): readonly ConfigLine[];
  /** The same as `scaleDurations` over all files of a config, by path. */
  scaleTree?(tree: ConfigTree, factor: number): { readonly files: ReadonlyMap<string, string>; readonly notes: readonly string[] };
  /** A file that is not there, by the program's own words; null: it says no such thing. */
  missingFile?(output: CommandResult): Omit<ExpectedFile, 'place' | 'names' | 'isOptional'> | null;
  /** In which versions a config that was refused with these words may be accepted; null: in none that is known. */
  acceptedBy?(rejection: ConfigRejection): VersionRange | null;
  /** What it is known to do differently from what the audits ask for. */
  readonly quirks?: readonly Quirk[];
}
