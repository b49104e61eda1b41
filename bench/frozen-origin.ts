import { setTimeout as sleep } from 'node:timers/promises';
import { Distribution } from '../harness/measure/distribution.ts';
import { seededRandom } from '../harness/measure/seeded-random.ts';
import { steadyProfile } from '../harness/measure/steady-profile.ts';
import type { EncodedDistribution } from '../harness/model/distribution.ts';
import type { LoadProfile } from '../harness/model/load.ts';
import type { LoopbackEcho } from './loopback-echo.ts';

export interface FreezePlan {
  readonly perSecond: number;
  readonly connections: number;
  readonly seconds: number;
  /** One freeze after each `everyMs`, none at the very end. */
  readonly everyMs: number;
  readonly freezeMs: number;
}

/** When the origin was stopped, in Unix milliseconds, as it was and not as it was planned. */
interface Freeze {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface FrozenRun {
  readonly latency: Distribution;
  /** When the first message was due. */
  readonly beganAtMs: number;
  readonly freezes: readonly Freeze[];
  readonly sent: number;
  readonly unanswered: number;
}

/** Enough for a 99.9th percentile. */
const SAMPLES = 10_007;

const now = (): number => performance.timeOrigin + performance.now();

export function profileOf({ perSecond, connections, seconds }: FreezePlan, loop: LoadProfile['loop'], seed: number): LoadProfile {
  const open = steadyProfile({ connections, messagesPerSecond: perSecond, durationMs: seconds * 1000, payloadBytes: 32, seed });
  // So that it sends as many while nothing stands in its way: each connection its share, less the millisecond that an echo takes with its timer.
  return loop === 'open' ? open : { ...open, loop, messages: [], depth: 1, thinkMs: (connections * 1000) / perSecond - 1 };
}

/** The same load while the origin's process is stopped again and again. */
export async function loadWhileFrozen(echo: LoopbackEcho, plan: FreezePlan, loop: LoadProfile['loop']): Promise<FrozenRun> {
  const end = new AbortController();
  const freezing = freezeAgainAndAgain(echo.originPid, plan, end.signal);
  const result = await echo.load(profileOf(plan, loop, 2));
  end.abort();
  const freezes = await freezing;
  return {
    latency: Distribution.decode(result.latency),
    beganAtMs: result.endedAtMs - plan.seconds * 1000,
    freezes,
    sent: result.sent,
    unanswered: result.unanswered,
  };
}

async function freezeAgainAndAgain(
  pid: number,
  { seconds, everyMs, freezeMs }: FreezePlan,
  signal: AbortSignal,
): Promise<readonly Freeze[]> {
  const freezes: Freeze[] = [];
  const startedAtMs = now();
  for (let atMs = everyMs; atMs + freezeMs < seconds * 1000 && !signal.aborted; atMs += everyMs) {
    await sleep(startedAtMs + atMs - now(), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    process.kill(pid, 'SIGSTOP');
    const fromMs = now();
    try {
      await sleep(freezeMs);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    freezes.push({ fromMs, untilMs: now() });
  }
  return freezes;
}

/**
 * Arithmetic: every message that is due in a freeze waits until its end; each takes besides what messages of the undisturbed run took. That the origin needs
 * some milliseconds after a freeze for what has gathered is not in it.
 */
export function expectedOf({ perSecond, seconds }: FreezePlan, { freezes, beganAtMs }: FrozenRun, calm: Distribution): Distribution {
  const expected = new Distribution();
  const usual = shuffled(calm);
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const dueMs = beganAtMs + (n * 1000) / perSecond;
    const freeze = freezes.find(({ fromMs, untilMs }) => dueMs >= fromMs && dueMs < untilMs);
    expected.record((usual[n % usual.length] ?? 0) + (freeze === undefined ? 0 : 1000 * (freeze.untilMs - dueMs)));
  }
  return expected;
}

/** The longest freeze and a usual latency: which message has the longest of all latencies besides is chance. */
export const expectedMaxMs = ({ freezes }: FrozenRun, calm: Distribution): number =>
  Math.max(calm.max / 1000, Math.max(0, ...freezes.map(({ fromMs, untilMs }) => untilMs - fromMs)) + calm.percentile(50) / 1000);

/** Latencies in an order that has nothing to do with time. */
function shuffled(calm: Distribution): readonly number[] {
  const random = seededRandom(1);
  const values = Array.from({ length: SAMPLES }, (_, index) => calm.percentile((100 * (index + 0.5)) / SAMPLES));
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other] ?? 0, values[last] ?? 0];
  }
  return values;
}

export const mergedLatency = (...parts: readonly EncodedDistribution[]): Distribution => {
  const all = new Distribution();
  for (const part of parts) all.add(Distribution.decode(part));
  return all;
};
