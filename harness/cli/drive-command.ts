import { cpus, release } from 'node:os';
import { EXIT, HarnessError } from '../errors.ts';
import type { Released } from '../fleet/barrier-lines.ts';
import { hostBarrier } from '../fleet/host-barrier.ts';
import { joinBarrier } from '../fleet/join-barrier.ts';
import { type OutsideUrl, outsideUrl } from '../fleet/outside-url.ts';
import { runShard } from '../fleet/run-shard.ts';
import { shardTitle } from '../fleet/shard-result.ts';
import { programPath } from '../lab/program-path.ts';
import { groupedDigits } from '../measure/grouped-digits.ts';
import type { LoadBucket, LoadEnd, Shard } from '../model/load.ts';
import { barrierFrom, driversFrom, runIdFrom, secondsFrom, shardFrom } from './drive-flags.ts';
import { type DriveProfile, driveProfile } from './drive-profile.ts';
import { interruption } from './interruption.ts';
import { say, tell } from './output.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import { makeProgress, type Progress, silentProgress } from './progress.ts';
import { ResultFiles } from './result-files.ts';

/** As the command line gives them. */
export interface DriveFlags {
  readonly url: string;
  readonly spec: string;
  readonly load: string;
  readonly shard?: string;
  readonly runId?: string;
  readonly barrier?: string;
  readonly barrierTimeout: string;
  readonly durationLimit?: string;
  /** Empty: standard output. */
  readonly out: readonly string[];
  readonly quiet?: true;
  readonly emit?: string;
  readonly drivers?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly resultsClaim?: string;
}

/** For connect, TLS and upgrade of one connection. */
const OPENING_MS = 10_000;
/** In a row and before any success: a path that refuses is not hammered. */
const MAX_UPGRADE_FAILURES = 20;

/** `hopscope drive`. Returns the exit code: 0 when a result was written to its end, whatever it says, for judging is `merge`'s. Throws only HarnessErrors. */
export async function driveCommandLine(flags: DriveFlags): Promise<number> {
  const url = outsideUrl(flags.url);
  if (flags.emit !== undefined) return await emit(flags);
  const only = (['drivers', 'image', 'namespace', 'resultsClaim'] as const).find((name) => flags[name] !== undefined);
  if (only !== undefined)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --${only.replace('sC', 's-c')} with --emit only, got it without`);
  const shard = shardFrom(flags.shard, process.env);
  const profile = await driveProfile(flags.spec, flags.load, shard.of);
  const barrier = barrierOf(flags, shard);
  const limitMs = flags.durationLimit === undefined ? null : secondsFrom('--duration-limit', flags.durationLimit);
  const runId = runIdFrom(flags.runId ?? process.env['HOPSCOPE_RUN_ID'], { shard, url: url.shown, load: flags.load, ...profile });
  using stop = interruption('stopping the load and writing what was measured');
  using out = new ResultFiles(flags.out, { runId, shard });
  const progress = flags.quiet === true ? silentProgress : makeProgress(process.stderr);
  const release = barrier === null ? null : { ...barrier, runId, shard, signal: stop.signal };
  try {
    const ended = await runShard({
      ...wanted({ flags, shard, url, profile }),
      runId,
      release: release === null ? null : (): Promise<Released> => waitForOthers(release, progress),
      limitMs,
      signal: stop.signal,
      write: (line) => out.write(line),
      onBucket: shownBuckets(progress, shard),
    });
    return exitCodeOf(ended, stop.signal);
  } finally {
    progress.end();
  }
}

async function emit(flags: DriveFlags): Promise<number> {
  const { kubernetesFor } = await import('./emit-kubernetes.ts');
  say((await kubernetesFor({ ...flags, drivers: driversFrom(flags.drivers) })).trimEnd());
  return EXIT.pass;
}

function wanted(of: {
  readonly flags: DriveFlags;
  readonly shard: Shard;
  readonly url: OutsideUrl;
  readonly profile: DriveProfile;
}): Omit<Parameters<typeof runShard>[0], 'runId' | 'release' | 'limitMs' | 'signal' | 'write' | 'onBucket'> {
  const { flags, shard, url, profile } = of;
  return {
    driver: programPath(packageRoot(), 'harness/drive/main'),
    endpoint: url.endpoint,
    profile: profile.profile,
    shard,
    about: {
      toolVersion: packageVersion(),
      load: flags.load,
      url: url.shown,
      spec: profile.spec,
      machine: { kernel: release(), cpus: cpus().length, node: process.version },
    },
    openingMs: OPENING_MS,
    maxUpgradeFailures: MAX_UPGRADE_FAILURES,
  };
}

type Barrier = Omit<Parameters<typeof hostBarrier>[0], 'runId' | 'shard' | 'signal'>;

function barrierOf({ barrier, barrierTimeout }: DriveFlags, { of }: Shard): Barrier | null {
  const timeoutMs = secondsFrom('--barrier-timeout', barrierTimeout);
  return barrier === undefined || of === 1 ? null : { ...barrierFrom(barrier), timeoutMs };
}

async function waitForOthers(options: Parameters<typeof hostBarrier>[0], progress: Progress): Promise<Released> {
  progress.what(`waiting for the drivers of ${String(options.shard.of)} shards`);
  return await (options.shard.index === 0 ? hostBarrier(options) : joinBarrier(options));
}

function shownBuckets(progress: Progress, shard: Shard): (bucket: LoadBucket) => void {
  let [sent, echoed, failed] = [0, 0, 0];
  return (bucket) => {
    sent += bucket.sent;
    echoed += bucket.echoed;
    failed += bucket.attempts - bucket.upgraded;
    const failures = failed > 0 ? `, ${groupedDigits(failed)} upgrades not answered with 101` : '';
    progress.what(
      `shard ${shardTitle(shard)}: ${groupedDigits(bucket.open)} open, ${groupedDigits(echoed)} of ${groupedDigits(sent)} messages echoed${failures}`,
    );
  };
}

function exitCodeOf(ended: LoadEnd, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  if (ended !== 'cut') return EXIT.pass;
  tell('the driver ended before its load did: what it had told is written, and its end line says why');
  return EXIT.labBroke;
}
