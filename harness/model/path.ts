import type { Impairment } from './impairment.ts';

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
  /** A program to run instead of the one on PATH (netns-lab only). */
  readonly binary: string | null;
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
  /** Request-target of the socket: `/socket`. */
  readonly target: string;
  /** Prefix of plain pages on this path: `/app` where a proxy strips it, else empty. */
  readonly httpBase: string;
  /** Whether the client speaks TLS to the first host. */
  readonly tls: boolean;
  /** Port that the client connects to. */
  readonly port: number;
  readonly expect: readonly Expectation[];
  /** Id of the control path: the same links and origin, without the subjects (proxies, and impairments that are one). A control path names itself. */
  readonly control: string;
  /** Number of the incident that this path belongs to, if any. */
  readonly incident: string | null;
}

/** Paths with the same key share a client host, an origin host and the links between them. */
export const topologyKey = ({ origin, links }: Pick<Path, 'origin' | 'links'>): string => JSON.stringify([origin, links]);

export const isControl = (path: Path): boolean => path.control === path.id;

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
