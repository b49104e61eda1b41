import type { Readable, Writable } from 'node:stream';
import type { AppliedImpairment } from '../model/impairment.ts';
import type { ProxyHost } from '../model/path.ts';
import type { CommandResult, ProxyService, ServicePlacement } from '../model/service.ts';
import type { Topology } from './topology.ts';

/** A lab that can be used: brings topologies up until it is disposed, which leaves nothing behind. */
export interface Lab extends AsyncDisposable {
  readonly kind: 'docker' | 'netns';
  /** Versions of what the lab itself is made of: kernel, engine, images. */
  readonly versions: Readonly<Record<string, string>>;
  /** Second octet of the first topology's addresses. An engine is shared by sessions, whose networks must not overlap. */
  readonly firstOctet: number;
  /** Whether its hosts can have IPv6 addresses; absent: they cannot. */
  readonly hasIpv6?: true;
  /** Hosts, links and routes of one topology; no proxy and no origin runs in it yet. */
  bringUp(topology: Topology): Promise<RunningTopology>;
  /** How a person looks inside while the lab is up (`--keep`). */
  readonly howToLookInside: string;
}

export interface RunningTopology {
  readonly topology: Topology;
  readonly hosts: ReadonlyMap<string, RunningHost>;
  readonly links: ReadonlyMap<string, RunningLink>;
}

/** One network stack. */
export interface RunningHost {
  readonly name: string;
  /** Runs a short privileged command in the host's network namespace (ip, ss, cat /proc/net/snmp ...). Never throws for a non-zero exit. */
  run(argv: readonly string[]): Promise<CommandResult>;
  /** Text of files below /proc/net of the host's network namespace (`snmp`, `netstat`, `tcp`), one after the other. Cheap: made for before and after. */
  readProcNet(...files: readonly string[]): Promise<string>;
  /** Starts a Node program of this package inside the host; stderr goes to `logFile`. */
  startScript(script: string, args: readonly string[], logFile: string): Promise<HostProcess>;
  /**
   * Starts a privileged program of the system (sh, tcpdump, ss) that stays for long, in the host's network namespace. It sees
   * `evidenceDir` at the same path as this process does. stderr goes to `logFile`. It ends with the lab, however that ends, and
   * not with Ctrl-C.
   */
  startProgram(argv: readonly string[], logFile: string): Promise<HostProcess>;
  /**
   * Starts a proxy: version, config check, start, ready when its port listens (read from /proc, so that no probe connection
   * shows in its log). Throws CONFIG_ERR_REJECTED, LAB_ERR_VERSION_MISSING, LAB_ERR_MISSING_TOOL, LAB_ERR_NOT_READY,
   * LAB_ERR_PORT_IN_USE, LAB_ERR_HOST_DIED.
   */
  startProxy(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy>;
}

export interface RunningLink {
  readonly name: string;
  readonly applied: readonly AppliedImpairment[];
  /** Packets dropped, held back, forwarded and made up (`injectedPackets`) since the link came up; null when they cannot be read. */
  counters(): Promise<{
    readonly droppedPackets: number;
    readonly heldPackets: number;
    readonly forwardedPackets: number;
    readonly injectedPackets?: number;
  } | null>;
}

export interface HostProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the program has ended, however that came. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Does nothing when the program has ended. */
  signal(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** A process of a proxy. Pids are those of one listing's own counting: only good for `signal` of the same proxy. */
export interface ProxyProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** In clock ticks since the machine started: tells two processes with the same pid apart, and the older of two. */
  readonly startedTicks: number;
  readonly rssBytes: number;
  /** CPU time of all its threads since it started, in clock ticks (USER_HZ, 100 a second). */
  readonly cpuTicks: number;
  /** Sockets included; null: not to be read by this user. */
  readonly openFiles: number | null;
  /** The program's own name for it, as `ps` shows it. */
  readonly command: string;
}

export interface StartedProxy {
  readonly version: string | null;
  readonly placement: ServicePlacement;
  /** Settles when the process that was started has ended; others of the proxy may go on. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Whether other processes of the proxy may outlive the one that was started, as a binary upgrade wants it. */
  readonly outlivesFirst: boolean;
  /** Runs a program to its end in the host, from the proxy's own file system. Never throws for a non-zero exit. */
  run(argv: readonly string[]): Promise<CommandResult>;
  /** Every process of the proxy in its host, those of an instance before this one too, oldest first. */
  processes(): Promise<readonly ProxyProcess[]>;
  /** Sends a signal to processes out of `processes()`; one that has ended meanwhile is passed over. */
  signal(signal: NodeJS.Signals, pids: readonly number[]): Promise<void>;
  /** Whether its port is in LISTEN state. */
  isListening(): Promise<boolean>;
  /** Starts the program anew in the same host with the same config and log, whatever the old one does. Throws as startProxy does. */
  again(): Promise<StartedProxy>;
  stop(): Promise<void>;
}

/** What both labs are given by the composition root. */
export interface LabSettings {
  /** Root folder of this package: programs that run inside hosts are found below it. */
  readonly packageRoot: string;
  /** A private folder of this run for sockets, generated files and certificates; removed with the lab. */
  readonly scratchDir: string;
  /** Folder that programs inside hosts may write evidence into; seen at the same path inside and outside. */
  readonly evidenceDir?: string;
  /** Names this run's objects, so that a later command can find what a killed run left. */
  readonly sessionId: string;
  /** Congestion control that every host is set to. */
  readonly congestionControl: string;
  /** Tells the progress display what is being done now. */
  readonly onProgress: (what: string) => void;
}
