import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint, LoadRequest } from '../drive/protocol.ts';
import type { LoadBucket, LoadEnd, LoadProfile, LoadResult, Shard } from '../model/load.ts';
import type { Released } from './barrier-lines.ts';
import { type LocalDriver, localDriver } from './local-driver.ts';
import { shardLine, type ShardBegin } from './shard-result.ts';

export interface ShardRun {
  /** Program of the driver: harness/drive/main. */
  readonly driver: string;
  readonly endpoint: Endpoint;
  readonly profile: LoadProfile;
  readonly shard: Shard;
  readonly runId: string;
  /** What stands in the begin line beside what is known here. */
  readonly about: Pick<ShardBegin, 'toolVersion' | 'load' | 'url' | 'spec' | 'machine'>;
  readonly openingMs: number;
  readonly maxUpgradeFailures: number;
  /** Waits for the other drivers; null: there are none. */
  readonly release: (() => Promise<Released>) | null;
  /** The load is stopped when so much of it is over; null: it has an end of its own. */
  readonly limitMs: number | null;
  readonly signal: AbortSignal;
  /** Takes one line of the result. */
  readonly write: (line: string) => void;
  readonly onBucket: (bucket: LoadBucket) => void;
}

/** Time series in pieces of a second. */
export const BUCKET_MS = 1000;
/** How long a driver has to report after it was told to stop: Ctrl-C is over within two seconds. */
const STOP_MS = 1500;

/**
 * Runs one shard of a load in a driver of its own, which is started first, so that the start is prompt. What it tells is written at once. Gives how it ended; throws
 * DRIVE_ERR_PROTOCOL when no load could begin, and what the barrier throws.
 */
export async function runShard(run: ShardRun): Promise<LoadEnd> {
  const program = localDriver(run.driver);
  try {
    await program.ready();
    const released = await (run.release?.() ?? null);
    const releasedAt = performance.now();
    const startInMs = Math.max(0, (released?.startInMs ?? 0) - (performance.now() - releasedAt));
    const { runId, shard, profile, about } = run;
    run.write(
      shardLine({
        kind: 'begin',
        runId,
        shard,
        ...about,
        profile,
        bucketMs: BUCKET_MS,
        startsAtMs: Date.now() + startInMs,
        barrier: released === null ? null : { roundTripMs: released.roundTripMs, waitedMs: released.waitedMs },
      }),
    );
    return await driveShard(run, program, startInMs);
  } finally {
    program.client.close();
    await program.end();
  }
}

async function driveShard(run: ShardRun, { client }: Pick<LocalDriver, 'client'>, startInMs: number): Promise<LoadEnd> {
  const { profile, shard, endpoint, openingMs, maxUpgradeFailures, runId } = run;
  const startsAtMs = Date.now() + startInMs;
  let told = 0;
  const unwritable = new AbortController();
  const tell = (bucket: LoadBucket): void => {
    if (unwritable.signal.aborted) return;
    try {
      run.write(shardLine({ kind: 'bucket', runId, shard, index: told, bucket }));
    } catch (error) {
      // A load whose result goes nowhere is stopped.
      unwritable.abort(error);
      return;
    }
    told += 1;
    run.onBucket(bucket);
  };
  const request: LoadRequest = {
    kind: 'load',
    endpoint,
    sourceAddresses: [],
    profile,
    shard,
    startInMs,
    openingMs,
    maxUpgradeFailures,
    bucketMs: BUCKET_MS,
  };
  const loading = client.request(request, undefined, tell);
  // Whoever is not listening any more must not be told of its failure.
  loading.catch(() => undefined);
  const outcome = await ending({ ...run, signal: AbortSignal.any([run.signal, unwritable.signal]) }, client, loading, startInMs);
  unwritable.signal.throwIfAborted();
  const write = (ended: LoadEnd, because: string | null, times: Pick<LoadResult, 'startedAtMs' | 'endedAtMs'>): LoadEnd => {
    const { startedAtMs, endedAtMs } = times;
    run.write(shardLine({ kind: 'end', runId, shard, ended, buckets: told, startedAtMs, endedAtMs, because }));
    return ended;
  };
  if ('because' in outcome) return write('cut', outcome.because, { startedAtMs: startsAtMs, endedAtMs: Date.now() });
  for (const bucket of outcome.result.series.slice(told)) tell(bucket);
  const { ended } = outcome.result;
  return write(ended, ended === 'complete' ? null : whyStopped(run, outcome.stopped), outcome.result);
}

type Ending = { readonly result: LoadResult; readonly stopped: 'signal' | 'limit' | null } | { readonly because: string };

/** Waits for the result; Ctrl-C and the limit of time ask for it early, and it comes soon after or never. */
async function ending(run: ShardRun, client: LocalDriver['client'], loading: Promise<LoadResult>, startInMs: number): Promise<Ending> {
  const over = new AbortController();
  const limit = run.limitMs === null ? null : AbortSignal.timeout(Math.max(1, Math.ceil(startInMs + run.limitMs)));
  const early = AbortSignal.any([run.signal, over.signal, ...(limit === null ? [] : [limit])]);
  const stopped = (async (): Promise<never> => {
    if (!early.aborted) await once(early, 'abort');
    if (over.signal.aborted) return await new Promise<never>(() => undefined);
    void client.request({ kind: 'stop' }).catch(() => undefined);
    await sleep(STOP_MS, undefined, { signal: over.signal });
    throw new Error(`the driver did not report within ${String(STOP_MS)} ms after it was told to stop`);
  })();
  stopped.catch(() => undefined);
  try {
    const result = await Promise.race([loading, stopped]);
    return { result, stopped: run.signal.aborted ? 'signal' : limit?.aborted === true ? 'limit' : null };
  } catch (error) {
    return { because: error instanceof Error ? error.message : String(error) };
  } finally {
    over.abort();
  }
}

function whyStopped({ limitMs }: ShardRun, stopped: 'signal' | 'limit' | null): string {
  if (stopped === 'signal') return 'interrupted';
  if (stopped === 'limit') return `the limit of ${String(limitMs)} ms was over`;
  return 'every upgrade failed at first';
}
