import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { RunningHost, RunningLink } from '../lab/lab.ts';
import { nowMs } from '../measure/clock.ts';
import { hostsOf } from '../model/path.ts';
import { COUNTER_FILES, counterDelta, parseTcpCounters, type TcpCounters } from '../probes/tcp-counters.ts';
import type { Placed } from './live-topology.ts';
import { recordCrashes, recordWorkerEnd } from './record-crashes.ts';
import type { RunFolder } from './run-folder.ts';
import type { SocketWatch } from './socket-watch.ts';
import { UsageWatch } from './usage-watch.ts';

/** Time for the last log lines to be written and the last FINs to cross the links. */
const SETTLE_MS = 30;
/** Log lines kept as evidence of one stimulus on one host; the log file itself keeps all. */
const MAX_LOG_LINES = 200;

/** What an observation needs of the run. */
export interface Observation {
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
  /** Starts to sample the sockets of the paths; null where that is not wanted. */
  readonly watchSockets: ((placed: readonly Placed[]) => SocketWatch) | null;
  /** Whether what the hosts use is sampled. As counters, it is when one path is driven alone. */
  readonly sampleUsage: boolean;
}

interface Reading {
  readonly atMs: number;
  readonly hosts: ReadonlyMap<string, TcpCounters | null>;
  readonly links: ReadonlyMap<string, Awaited<ReturnType<RunningLink['counters']>>>;
}

/**
 * Runs a stimulus with the passive observers around it. Counters belong to a host and not to a path, so they are read only when
 * one path is driven alone; logs are each proxy's own.
 */
export async function observe(
  placed: readonly Placed[],
  scenario: string,
  { folder, signal, watchSockets, sampleUsage }: Observation,
  run: () => Promise<void>,
): Promise<void> {
  const only = placed.length === 1 ? placed[0] : undefined;
  const before = only === undefined ? null : await readCounters(only);
  const sockets = watchSockets?.(placed) ?? null;
  const usage = only !== undefined && sampleUsage ? new UsageWatch(only, scenario, folder) : null;
  try {
    await run();
  } catch (error) {
    recordAbsence(
      placed,
      scenario,
      folder,
      signal.aborted ? new HarnessError('RUN_ERR_INTERRUPTED', 'the run was interrupted during this stimulus') : error,
    );
    if (signal.aborted) return;
  } finally {
    await Promise.all([sockets?.stop(), usage?.stop()]);
  }
  await sleep(SETTLE_MS);
  if (only !== undefined && before !== null) recordCounters(only, scenario, folder, before, await readCounters(only));
  for (const one of placed) await recordLogs(one, scenario, folder);
  // The lab goes next.
  if (signal.aborted) return;
  await recordCrashes(placed, scenario, folder);
  for (const one of placed) await recordMissing(one, scenario, folder);
}

/** What clients saw of a path whose proxy had ended before was recorded all the same; this is the likeliest reason for it. */
async function recordMissing({ path, live }: Placed, scenario: string, folder: RunFolder): Promise<void> {
  for (const { name } of path.proxies) {
    const because = (await live.proxies.get(name)?.life.lastWords(scenario)) ?? null;
    if (because !== null) folder.append('absences', { path: path.id, scenario, what: 'proxy', code: 'LAB_ERR_HOST_DIED', because });
  }
}

function recordAbsence(placed: readonly Placed[], scenario: string, folder: RunFolder, error: unknown): void {
  if (!(error instanceof HarnessError) || error.code === 'RUN_ERR_CANNOT_WRITE') throw error;
  for (const { path } of placed)
    folder.append('absences', { path: path.id, scenario, what: 'stimulus', code: error.code, because: error.message });
}

const hostsOn = ({ path, live }: Placed): readonly RunningHost[] => hostsOf(path).flatMap((name) => live.hosts.get(name) ?? []);
/** A link without impairments drops and holds nothing, so there is nothing to read. */
const impairedLinks = ({ path, live }: Placed): readonly RunningLink[] =>
  path.links.flatMap((link) => (link.impairments.length === 0 ? [] : (live.links.get(link.name) ?? [])));

async function readCounters(placed: Placed): Promise<Reading> {
  const atMs = nowMs();
  const [hosts, links] = await Promise.all([
    Promise.all(hostsOn(placed).map(async (host) => [host.name, await readHost(host)] as const)),
    Promise.all(impairedLinks(placed).map(async (link) => [link.name, await link.counters()] as const)),
  ]);
  return { atMs, hosts: new Map(hosts), links: new Map(links) };
}

async function readHost(host: RunningHost): Promise<TcpCounters | null> {
  const counters = parseTcpCounters(await host.readProcNet(...COUNTER_FILES));
  return 'RetransSegs' in counters ? counters : null;
}

function recordCounters({ path }: Placed, scenario: string, folder: RunFolder, before: Reading, after: Reading): void {
  const times = { startedAtMs: before.atMs, endedAtMs: after.atMs };
  for (const [host, now] of after.hosts) {
    const then = before.hosts.get(host) ?? null;
    folder.append('tcpCounters', {
      path: path.id,
      scenario,
      host,
      ...times,
      delta: now === null || then === null ? null : counterDelta(then, now),
    });
  }
  for (const [link, now] of after.links) {
    const then = before.links.get(link) ?? null;
    const delta =
      now === null || then === null
        ? null
        : {
            droppedPackets: now.droppedPackets - then.droppedPackets,
            heldPackets: now.heldPackets - then.heldPackets,
            forwardedPackets: now.forwardedPackets - then.forwardedPackets,
            injectedPackets: (now.injectedPackets ?? 0) - (then.injectedPackets ?? 0),
          };
    folder.append('linkCounters', { path: path.id, scenario, link, delta });
  }
}

/** Records what the proxies of a path have logged since the last time. */
export async function recordLogs({ path, live }: Placed, scenario: string, folder: RunFolder): Promise<void> {
  for (const { name } of path.proxies) {
    const proxy = live.proxies.get(name);
    if (proxy === undefined) continue;
    const lines = await proxy.tail.newLines();
    for (const line of lines) recordWorkerEnd(proxy, line, { path: path.id, scenario }, folder);
    const entries = lines.flatMap((line) => proxy.service.parseLog(line) ?? []);
    for (const entry of entries.slice(0, MAX_LOG_LINES)) folder.append('proxyLogs', { path: path.id, scenario, host: name, entry });
  }
}
