import { readdirSync, readFileSync } from 'node:fs';
import { parseTcpCounters, type TcpCounters } from '../../harness/probes/tcp-counters.ts';
import type { ProgramUsage } from '../../harness/model/program-usage.ts';
import { PORTS_EACH, type ScaleLab } from './scale-lab.ts';

/** Clock ticks in /proc/<pid>/stat (USER_HZ) are as long on every Linux that Node runs on. */
const TICK_MS = 10;
const ROLES = ['client', 'proxy', 'origin'] as const;
export type Role = (typeof ROLES)[number];

/** What the programs of each host use at one moment. */
export interface ScaleUsage {
  readonly atMs: number;
  readonly programs: Readonly<Record<Role, readonly ProgramUsage[]>>;
}

/** How near something is to its end. */
export interface Fill {
  readonly what: string;
  readonly used: number;
  readonly limit: number;
}

export async function usageNow({ drivers, proxies, origins }: ScaleLab): Promise<ScaleUsage> {
  const processes = (await Promise.all(proxies.map((one) => one.processes()))).flat();
  const pids = [...new Set(processes.map(({ pid }) => pid))];
  const [client, origin] = await Promise.all([
    Promise.all(drivers.map((driver) => driver.request({ kind: 'usage' }))),
    Promise.all(origins.map((one) => one.usage())),
  ]);
  return { atMs: performance.now(), programs: { client, origin, proxy: pids.flatMap((pid) => usageOf(pid) ?? []) } };
}

/** Null when it has ended. */
function usageOf(pid: number): ProgramUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      rssBytes: Number(rss ?? 0) * 1024,
      openFiles: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch {
    return null;
  }
}

export const sumOf = ({ programs }: ScaleUsage, role: Role, field: keyof ProgramUsage): number =>
  programs[role].reduce((sum, usage) => sum + usage[field], 0);

/** Of one processor, between two moments. */
export const cpuPercent = (from: ScaleUsage, to: ScaleUsage, role: Role): number =>
  (100 * (sumOf(to, role, 'cpuMs') - sumOf(from, role, 'cpuMs'))) / Math.max(1, to.atMs - from.atMs);

const mostFiles = (usage: ScaleUsage, role: Role): number => Math.max(0, ...usage.programs[role].map(({ openFiles }) => openFiles));

/** Everything that could be the first to end, the fullest first, at a moment with so many connections. */
export function fillsOf(lab: ScaleLab, usage: ScaleUsage, connections: number): readonly Fill[] {
  const { subject, plan, addresses, origins } = lab;
  const files: readonly Fill[] = ROLES.map((role) => ({
    what: `open files of the fullest ${role} program`,
    used: mostFiles(usage, role),
    limit: plan.filesEach,
  }));
  const memory = readFileSync('/proc/meminfo', 'utf8');
  const kibibytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(memory)?.[1] ?? 0);
  const tracked = [0, 1].map((network) => Number(lab.inLink(network, ['cat', '/proc/sys/net/netfilter/nf_conntrack_count'])));
  const fills: readonly Fill[] = [
    ...files,
    { what: 'ports of each client address', used: Math.ceil(connections / addresses.length), limit: PORTS_EACH },
    { what: 'ports of the proxy towards each origin program', used: Math.ceil(connections / origins.length), limit: PORTS_EACH },
    { what: 'flows that a link tracks (nf_conntrack_max)', used: Math.max(...tracked), limit: conntrackMax() },
    {
      what: 'memory of the machine, MiB',
      used: Math.round((kibibytes('MemTotal') - kibibytes('MemAvailable')) / 1024),
      limit: Math.round(kibibytes('MemTotal') / 1024),
    },
    ...(subject === 'nginx' ? [{ what: 'worker_connections of nginx, two a session', used: 2 * connections, limit: 8 * 16_384 }] : []),
  ];
  return fills.toSorted((a, b) => b.used / b.limit - a.used / a.limit);
}

function conntrackMax(): number {
  try {
    return Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_max', 'utf8'));
  } catch {
    // The kernel tracks nothing.
    return Number.POSITIVE_INFINITY;
  }
}

/** What kernels count when something was too much for them. */
export interface KernelTrouble {
  readonly listenOverflows: Readonly<Record<'proxy' | 'origin', number>>;
  /** By the client and the proxy: a connection that was not answered at once. */
  readonly synsAgain: number;
  /** Packets of the whole machine that found the queue of their processor full (net.core.netdev_max_backlog). */
  readonly softnetDrops: number;
}

export async function kernelCounts({ hosts }: ScaleLab): Promise<KernelTrouble> {
  const of = async (role: Role): Promise<TcpCounters> => parseTcpCounters(await hosts[role].readProcNet('snmp', 'netstat'));
  const [client, proxy, origin] = [await of('client'), await of('proxy'), await of('origin')];
  const softnet = readFileSync('/proc/net/softnet_stat', 'latin1').trim().split('\n');
  return {
    listenOverflows: { proxy: proxy['ListenOverflows'] ?? 0, origin: origin['ListenOverflows'] ?? 0 },
    synsAgain: (client['TCPSynRetrans'] ?? 0) + (proxy['TCPSynRetrans'] ?? 0),
    softnetDrops: softnet.reduce((sum, line) => sum + Number.parseInt(line.split(' ')[1] ?? '0', 16), 0),
  };
}
