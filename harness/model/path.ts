import type { Impairment } from './impairment.ts';
import type { OriginFault } from './origin-fault.ts';
import type { Entry } from './surroundings.ts';
import type { TimedAction } from './timed-action.ts';
import type { World } from './world.ts';

/** A proxy on a path: the subject, its config and, where asked for, its version. */
export interface ProxyHost {
  /** Host name, unique in the run: the name other hosts' configs may use for it. */
  readonly name: string;
  /** Name of the ProxyService: `haproxy`, `nginx`, `node-proxy`. */
  readonly service: string;
  /** Absolute path of the main config file on the machine that runs Hopscope. */
  readonly config: string;
  /** The path as the user wrote it or would recognise it; used in every message and report. */
  readonly configLabel: string;
  readonly port: number;
  readonly version: string | null;
  /** How many files the program may have open, sockets included; absent: as many as the lab gives. */
  readonly openFiles?: number;
  /** A program to run instead of the one on PATH (netns-lab only). */
  readonly binary: string | null;
  /** The config is a user's own, unmodified: the file system and network that it expects are made around it. Absent: it was written for this lab. */
  readonly world?: World;
}

/** What joins two adjacent hosts of a path, and what it does to packets. */
export interface Link {
  readonly name: string;
  readonly impairments: readonly Impairment[];
}

export type OriginKind = 'echo' | 'ws';

/** What must be found on a path that is there to show a failure. Numbers are data with tolerances: `'>=1'`, `'2000±400'`. */
export interface Expectation {
  readonly audit: string;
  readonly scenario: string | null;
  /** The host that must be blamed, or `unknown`. */
  readonly host: string;
  readonly measures: Readonly<Record<string, string>>;
  readonly because: string;
  /** Only these cases may fail: a finding about any other is not what was expected. Absent: whichever. */
  readonly cases?: readonly string[];
  /** A known quirk of the program: excused when it shows, and not missed when it does not. */
  readonly quirk?: true;
}

/** Kernel settings by host name and name of the setting: `{ client: { 'net.ipv4.tcp_sack': '0' } }`. */
export type HostSysctls = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What was done over a path outside any lab to `url` (shown without secrets): a load was driven, or its entry was checked. */
export type OutsidePath = { readonly url: string } & ({ readonly load: string } | { readonly check: OutsideCheck });

/** How an entry outside was checked. */
export interface OutsideCheck {
  /** Whether its origin was said to echo messages; otherwise none was sent. */
  readonly echoes: boolean;
  /** How long idle sockets were held; 0: they were not. */
  readonly holdMs: number;
  /** How long its name took to resolve, and to what; null where it did not. */
  readonly lookup: { readonly elapsedMs: number; readonly addresses: readonly string[] } | null;
}

/** Client, intermediaries, origin, in order. */
export interface Path {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** In order from the client to the origin; empty for a control path. */
  readonly proxies: readonly ProxyHost[];
  /** One between each two adjacent hosts: `proxies.length + 1`. On a control path: those of the path it is compared with. */
  readonly links: readonly Link[];
  readonly origin: OriginKind;
  /** What is set in the kernels of its hosts before anything runs in them; absent: nothing. The control path has those of the client and the origin. */
  readonly sysctls?: HostSysctls;
  /** Addresses of the client host in its network, for loads whose connections outnumber the ports of one; absent: one. */
  readonly clientAddresses?: number;
  /** Request-target of the socket: `/socket`. */
  readonly target: string;
  /** Prefix of plain pages on this path: `/app` where a proxy strips it, else empty. */
  readonly httpBase: string;
  /** Whether the client speaks TLS to the first host. */
  readonly tls: boolean;
  /** An entry of a checked config: what its client says in Host and SNI, and where it connects. Absent: names of the lab. */
  readonly entry?: Entry;
  /** Its proxies run users' own configs, so its origin answers whatever they expect; said of the control path too. Absent: configs written for this lab. */
  readonly foreign?: true;
  /** An entry by which nothing says that WebSockets come in: none is owed there, and what is measured of sockets is not asked of it. Absent: one is. */
  readonly noSocketOwed?: true;
  /** Its hosts have IPv6 addresses and no others; absent: IPv4. */
  readonly ipv6?: true;
  /** Port that the client connects to. */
  readonly port: number;
  /** What is wrong with its origin, which is then under test: the control path has a healthy one. Absent: nothing. */
  readonly originFault?: OriginFault;
  /** What is done to its hosts while a stimulus runs over it; nothing is done to the control path. Absent: nothing. */
  readonly actions?: readonly TimedAction[];
  readonly expect: readonly Expectation[];
  /** Id of the control path: the same links and origin, without the subjects (proxies, and impairments and origins that are one). A control path names itself. */
  readonly control: string;
  /** Where a proxy of it cannot be started for want of its program or image, the path is left out, and the verdict is that of the others. */
  readonly optional?: true;
  /** It is outside any lab, and only its client end was recorded. Absent: it is in the lab. */
  readonly outside?: OutsidePath;
  /** Number of the incident that this path belongs to, if any. */
  readonly incident: string | null;
}

/** Paths with the same key share a client host, an origin host and the links between them. */
export const topologyKey = (path: Pick<Path, 'origin' | 'links' | 'sysctls' | 'originFault' | 'actions' | 'ipv6' | 'foreign'>): string => {
  const { origin, links, sysctls = {}, originFault, actions = [], ipv6, foreign } = path;
  // What happens to a shared host happens to all who share it.
  const shared = actions.filter(({ host }) => host === 'client' || host === 'origin');
  return JSON.stringify([
    origin,
    links,
    ...sharedSysctls(sysctls),
    ...(ipv6 === undefined ? [] : [{ ipv6 }]),
    ...(foreign === undefined ? [] : [{ foreign }]),
    ...(originFault === undefined ? [] : [{ originFault }]),
    ...(shared.length === 0 ? [] : [{ actions: shared }]),
  ]);
};

/** The settings of the two hosts that paths share, as pairs in a fixed order; those of a proxy are its own. */
const sharedSysctls = (sysctls: HostSysctls): readonly unknown[] =>
  ['client', 'origin'].flatMap((host) => {
    const pairs = Object.entries(sysctls[host] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return pairs.length === 0 ? [] : [[host, pairs]];
  });

/** Whether a link of the path does anything to packets: waits there must be longer. */
export const isImpaired = ({ links }: Path): boolean => links.some(({ impairments }) => impairments.length > 0);

export const isControl = (path: Path): boolean => path.control === path.id;

/** Whether thresholds are about it: a control path has nothing to be held against. */
export const isMeasured = (path: Path): boolean => !isControl(path) && path.noSocketOwed !== true;

/** Legs of a path: one TCP connection between two adjacent hosts. A control path has one leg that crosses every link. */
export interface Leg {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Names of the links the leg crosses, from the client's side. */
  readonly links: readonly string[];
}

/** The names of the hosts that end a TCP connection on this path, client first. */
export const hostsOf = (path: Path): readonly string[] => ['client', ...path.proxies.map((proxy) => proxy.name), 'origin'];

export function legsOf(path: Path): readonly Leg[] {
  const hosts = hostsOf(path);
  if (path.proxies.length === 0) {
    return [{ name: 'client-origin', from: 'client', to: 'origin', links: path.links.map((link) => link.name) }];
  }
  return path.links.map((link, index) => {
    const from = hosts[index] ?? 'client';
    const to = hosts[index + 1] ?? 'origin';
    return { name: `${from}-${to}`, from, to, links: [link.name] };
  });
}
