import type { CrashEvidence } from '../model/crash-evidence.ts';
import type { HostEvidence, LoadEvidence, ProxyLogEvidence, TcpCounterEvidence } from '../model/evidence.ts';
import type { KneeResource, UsageEvidence } from '../model/load.ts';
import type { Path } from '../model/path.ts';

/** How hard a sign is: what a program or a kernel says of itself, what was counted, what was used. */
export const HARDNESS = { said: 3, counted: 2, used: 1 } as const;

/** One sign that a resource of a host ended. */
export interface StopperSign {
  readonly resource: KneeResource;
  readonly host: string;
  readonly hardness: (typeof HARDNESS)[keyof typeof HARDNESS];
  /** Without the host's name at its start. */
  readonly because: string;
}

/** Everything that was recorded while one value of a search broke. */
export interface BrokenLoads {
  readonly path: Path;
  /** CPUs of the machine. */
  readonly cpus: number;
  readonly loads: readonly LoadEvidence[];
  /** The most that the loads just below kept. */
  readonly sustainable: number | null;
  readonly of: 'connections' | 'messages';
  readonly usages: readonly UsageEvidence[];
  readonly tcpCounters: readonly TcpCounterEvidence[];
  readonly proxyLogs: readonly ProxyLogEvidence[];
  readonly hosts: readonly HostEvidence[];
  readonly crashes: readonly CrashEvidence[];
}

/** Sessions that were open at once, at the most, in any of the loads. */
export const mostOpen = ({ loads }: Pick<BrokenLoads, 'loads'>): number =>
  Math.max(0, ...loads.flatMap(({ series }) => series.map(({ open }) => open)));

/** Sessions that could not be opened, or that the other side ended. */
export const unopened = ({ loads }: Pick<BrokenLoads, 'loads'>): number =>
  loads.reduce((sum, { upgradeFailures, lostSessions }) => sum + total(upgradeFailures) + total(lostSessions), 0);

export const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
