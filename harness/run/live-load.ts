import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverClient } from '../drive/driver-client.ts';
import type { Endpoint, LoadRequest } from '../drive/protocol.ts';
import { nowMs } from '../measure/clock.ts';
import { foldLoad, mergeResults } from '../measure/fold-load.ts';
import { Schedule } from '../measure/schedule.ts';
import type { LoadTotals } from '../model/evidence.ts';
import type { LoadBucket, LoadEnd, LoadProfile, LoadResult } from '../model/load.ts';
import { DEFLATE_PARAMETER } from '../model/origin-protocol.ts';
import type { DriverFleet } from './driver-fleet.ts';
import { joinBuckets } from './join-buckets.ts';
import type { LiveProgram } from './live-program.ts';
import type { WantedLoad } from './scenario.ts';

/** Several drivers begin at the same moment: each has read its request and loaded its code by then. */
const BARRIER_MS = 250;
/** A driver that is asked to stop answers within a second; what comes later is not waited for. */
const STOP_MS = 1200;
/** On top of what a load takes at the most: echoes that are still under way, Close frames, a machine that is busy. */
const SLACK_MS = 16_000;
const TELL_EVERY_MS = 1000;
/** How long the end of a driver whose pipe broke may take to be seen. */
const DEATH_MS = 200;
/** Loads up to this long are told in shorter pieces. */
const SHORT_MS = 15_000;
const BUCKET_MS = { short: 250, long: 1000 } as const;

export interface LoadGround {
  readonly drivers: DriverFleet;
  readonly endpoint: Endpoint;
  /** Addresses of the client host that it may connect from. */
  readonly clientAddresses: readonly string[];
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One driver's part of a load. */
interface Share {
  readonly driver: LiveProgram<DriverClient>;
  readonly told: LoadBucket[];
  result: LoadResult | null;
}

/**
 * Makes a load with as many drivers as its profile wants. It ends by itself, and comes back with what was measured by then when it is stopped, when a driver ends, and
 * when it takes longer than it can (that driver is killed). Throws DRIVE_ERR_PROTOCOL when it could not begin, and the signal's reason when that was aborted before.
 */
export async function liveLoad(ground: LoadGround, wanted: WantedLoad): Promise<LoadTotals & LoadResult> {
  const { drivers, signal } = ground;
  const { profile } = wanted;
  signal.throwIfAborted();
  const ready = await drivers.ready(profile.drivers);
  signal.throwIfAborted();
  const requests = requestsOf(ground, wanted);
  const startedAtMs = nowMs() + (requests[0]?.startInMs ?? 0);
  const shares = ready.map((driver): Share => ({ driver, told: [], result: null }));
  const telling = tellEachSecond(shares, wanted.onBucket);
  try {
    const ended = await endOf(shares, requests, { signal, mostMs: mostMsOf(wanted) });
    const bucketMs = requests[0]?.bucketMs ?? BUCKET_MS.long;
    const results = shares.map(({ told, result }) => result ?? { startedAtMs, endedAtMs: nowMs(), ended, bucketMs, series: told });
    const merged = mergeResults(results);
    return { ...foldLoad(merged.series, shares.length), ...merged, ended: ended === 'complete' ? merged.ended : ended };
  } finally {
    telling.end();
  }
}

function requestsOf(
  { endpoint, clientAddresses }: LoadGround,
  { profile, openingMs, maxUpgradeFailures }: WantedLoad,
): readonly LoadRequest[] {
  const several = profile.drivers > 1;
  // The origin accepts the extension only where it is told to, so that other scenarios see an origin that has none.
  const asking = profile.deflate ? `${endpoint.target}${endpoint.target.includes('?') ? '&' : '?'}${DEFLATE_PARAMETER}` : endpoint.target;
  return Array.from({ length: profile.drivers }, (_, index) => ({
    kind: 'load',
    endpoint: { ...endpoint, target: asking },
    sourceAddresses: profile.sources > 1 ? clientAddresses.slice(0, profile.sources) : [],
    profile,
    shard: { index, of: profile.drivers },
    startInMs: several ? BARRIER_MS : 0,
    openingMs,
    maxUpgradeFailures,
    bucketMs: lengthOf(profile) <= SHORT_MS ? BUCKET_MS.short : BUCKET_MS.long,
  }));
}

/** From the first connection to the last message. */
function lengthOf({ connections, messagesBegin, durationMs }: LoadProfile): number {
  const openingMs = new Schedule(connections).endMs;
  return messagesBegin === 'opened' ? openingMs + durationMs : Math.max(openingMs, durationMs);
}

const mostMsOf = ({ profile, openingMs }: WantedLoad): number => BARRIER_MS + lengthOf(profile) + openingMs + SLACK_MS;

/** How the load ended. Until then every driver has replied, or what it had told is all there is. */
async function endOf(
  shares: readonly Share[],
  requests: readonly LoadRequest[],
  { signal, mostMs }: { readonly signal: AbortSignal; readonly mostMs: number },
): Promise<LoadEnd> {
  const replies = shares.map(async (share, index) => {
    const request = requests[index];
    if (request !== undefined)
      share.result = await share.driver.client.request<'load'>(request, undefined, (bucket) => void share.told.push(bucket));
  });
  const all = Promise.allSettled(replies);
  const over = new AbortController();
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: over.signal });
  });
  const late = sleep(mostMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
  const failed = Promise.all(replies).then(
    () => 'complete' as const,
    (error: unknown) => ({ error }),
  );
  try {
    const how = await Promise.race([failed, aborted, late]);
    if (how === 'complete') return 'complete';
    await stopAll(shares, all);
    if (how === 'late') await killSilent(shares);
    if (signal.aborted) return 'stopped';
    if (typeof how === 'object' && !(await hasBegun(shares))) throw how.error;
    return 'cut';
  } finally {
    over.abort();
  }
}

async function stopAll(shares: readonly Share[], all: Promise<unknown>): Promise<void> {
  for (const { driver, result } of shares) {
    if (result === null) driver.client.request<'stop'>({ kind: 'stop' }).catch(() => undefined);
  }
  await Promise.race([all, sleep(STOP_MS, undefined, { ref: false })]);
}

/** A driver that does not even answer `stop` would keep what comes next waiting. */
async function killSilent(shares: readonly Share[]): Promise<void> {
  for (const { driver, result } of shares) if (result === null && !driver.hasEnded) await driver.signal('SIGKILL');
}

/** A driver that ended while it made the load, or told of it before it refused. One that refuses at once has made none. */
async function hasBegun(shares: readonly Share[]): Promise<boolean> {
  const missing = shares.filter(({ result }) => result === null);
  if (missing.some(({ told }) => told.length > 0)) return true;
  await Promise.race([...missing.map(({ driver }) => driver.exited), sleep(DEATH_MS, undefined, { ref: false })]);
  return missing.some(({ driver }) => driver.hasEnded);
}

/** Tells once a second what came since. */
function tellEachSecond(shares: readonly Share[], tell: WantedLoad['onBucket']): { end(): void } {
  if (tell === undefined) return { end: () => undefined };
  const seen = shares.map(() => 0);
  const timer = setInterval(() => {
    const fresh = shares.map(({ told }, index) => told.slice(seen[index]));
    if (fresh.every((buckets) => buckets.length === 0)) return;
    for (const [index, { told }] of shares.entries()) seen[index] = told.length;
    tell(
      joinBuckets(
        fresh,
        shares.flatMap(({ told }) => told.at(-1) ?? []),
      ),
    );
  }, TELL_EVERY_MS);
  return { end: () => clearInterval(timer) };
}
