import { Distribution } from '../../../harness/measure/distribution.ts';
import type { EncodedDistribution } from '../../../harness/model/distribution.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import type { LoadBucket, LoadProfile, UsageEvidence, UsageSample } from '../../../harness/model/load.ts';
import { T0 } from '../audits/path-builders.ts';

/** A distribution of durations in milliseconds. */
export function distribution(...ms: readonly number[]): EncodedDistribution {
  const made = new Distribution();
  for (const value of ms) made.record(value * 1000);
  return made.encode();
}

export const bucket = (atMs: number, more: Partial<LoadBucket> = {}): LoadBucket => ({
  atMs,
  attempts: 0,
  upgraded: 0,
  upgradeFailures: {},
  lostSessions: {},
  reconnected: 0,
  open: 10,
  sent: 100,
  missed: 0,
  echoed: 100,
  corrupted: 0,
  pings: 0,
  pongs: 0,
  latency: distribution(1, 2, 3),
  lag: distribution(0.1),
  phases: {},
  cpuPercent: 10,
  rssBytes: 1e6,
  ...more,
});

const PROFILE: LoadProfile = {
  loop: 'open',
  connections: [{ kind: 'burst', count: 10, everyMs: 1000, forMs: 1000 }],
  lifeMs: null,
  messages: [{ kind: 'rate', fromPerSecond: 100, toPerSecond: 100, forMs: 10_000 }],
  messagesBegin: 'opened',
  depth: 1,
  thinkMs: 0,
  durationMs: 10_000,
  size: { kind: 'fixed', bytes: 32 },
  payload: 'text',
  fragments: 1,
  pingEveryMs: null,
  deflate: false,
  sources: 1,
  reconnect: null,
  slowReaders: null,
  drivers: 1,
  compared: true,
  seed: 1,
};

/** A slot of ten seconds of the profile `peak` on `subject`. */
export const slot = (more: Partial<LoadEvidence> = {}): LoadEvidence => ({
  path: 'subject',
  scenario: 'load',
  comparedFor: 'subject',
  slot: 0,
  profile: 'peak',
  requested: PROFILE,
  startedAtMs: T0,
  endedAtMs: T0 + 10_000,
  ended: 'complete',
  bucketMs: 1000,
  series: Array.from({ length: 10 }, (_, index) => bucket(index * 1000)),
  attempts: 10,
  upgraded: 10,
  upgradeFailures: {},
  sent: 1000,
  echoed: 1000,
  unanswered: 0,
  missed: 0,
  corrupted: 0,
  lostSessions: {},
  reconnected: 0,
  pings: 0,
  pongs: 0,
  latency: distribution(...Array.from({ length: 2000 }, (_, index) => 1 + (index % 100) / 100)),
  phases: {},
  generator: { lag: distribution(0.1, 0.4), cpuPercent: 20, wasBottleneck: false, because: 'the generator kept its schedule' },
  ...more,
});

export const onControlSlot = (more: Partial<LoadEvidence> = {}): LoadEvidence => slot({ path: 'direct', slot: 1, ...more });

export const sample = (atMs: number, more: Partial<UsageSample> = {}): UsageSample => ({
  atMs: T0 + atMs,
  cpuPercent: 30,
  rssBytes: 1e6,
  openFiles: 20,
  outSegs: 100,
  retransSegs: 0,
  listenOverflows: 0,
  ...more,
});

export const usage = (
  host: string,
  role: UsageEvidence['role'],
  samples: readonly UsageSample[],
  more: Partial<UsageEvidence> = {},
): UsageEvidence => ({
  path: 'subject',
  scenario: 'load',
  host,
  role,
  startedAtMs: T0,
  endedAtMs: T0 + 10_000,
  samples,
  ...more,
});
