import { runCommand } from '../lab/command.ts';

/** What a capability is for. A lab runs only when all that it needs is there. */
type Need = 'netns' | 'docker' | 'impairment' | 'proxy' | 'image' | 'look' | 'test';

/** Something the machine has or lacks. */
export interface Capability {
  readonly id: CapabilityId;
  readonly title: string;
  readonly present: boolean;
  /** Version where it has one; null where it has none or is absent. */
  readonly version: string | null;
  /** Why it counts as absent, in words; null when present. */
  readonly because: string | null;
  /** What it enables, in words that follow the title. */
  readonly enables: string;
  readonly need: Need;
  /** Debian packages that bring it; empty when none does. */
  readonly packages: readonly string[];
}

export type CapabilityId =
  | 'namespaces'
  | 'node'
  | 'iproute2'
  | 'iptables'
  | 'ethtool'
  | 'openssl'
  | 'htb'
  | 'netem'
  | 'tun-relay'
  | 'haproxy'
  | 'nginx'
  | 'nginx-stream'
  | 'apache'
  | 'caddy'
  | 'varnish'
  | 'nghttpx'
  | 'lighttpd'
  | 'h2o'
  | 'tcpdump'
  | 'ps'
  | 'docker-engine'
  | 'dockerd'
  | 'mmdebstrap'
  | 'chromium';

/** What a probe found. */
export type Sighting =
  | { readonly present: true; readonly version: string | null }
  /** `byPackage`: a package mends it; otherwise it takes a privilege or another kernel. */
  | { readonly present: false; readonly because: string; readonly byPackage: boolean };

/** How probes touch the machine; tests give their own. */
export interface Machine {
  readonly isRoot: boolean;
  readonly nodeVersion: string;
  /** Exit code and output of a program; null when there is no such program. */
  run(argv: readonly string[]): Promise<{ readonly code: number; readonly output: string } | null>;
  /** Null when a file can be opened for reading and writing, else the error code. */
  whyNotOpen(path: string): Promise<string | null>;
  exists(path: string): boolean;
  /** What there is of a Docker Engine: in words, or why there is none. */
  engine(): Promise<{ readonly engine: string } | { readonly because: string }>;
}

/** Longest that a probe may take: a hanging program counts as absent. */
const PROBE_TIMEOUT_MS = 10_000;

/** Runs a program for a probe. A program that cannot be started is null. */
export async function runForProbe(argv: readonly string[]): ReturnType<Machine['run']> {
  const result = await runCommand(argv, { timeoutMs: PROBE_TIMEOUT_MS }).catch(() => null);
  return result === null ? null : { code: result.code, output: `${result.stdout}${result.stderr}` };
}
