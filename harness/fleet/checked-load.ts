import { Distribution } from '../measure/distribution.ts';
import type { EncodedDistribution } from '../model/distribution.ts';
import { LOAD_PHASES, type LoadBucket, type LoadProfile } from '../model/load.ts';

/* Whether what a file calls a profile or a bucket is one: everything after this adds its numbers up without another look. */

type Fields = Readonly<Record<string, unknown>>;

const COUNTS = [
  'atMs',
  'attempts',
  'upgraded',
  'reconnected',
  'open',
  'sent',
  'missed',
  'echoed',
  'corrupted',
  'pings',
  'pongs',
  'cpuPercent',
  'rssBytes',
] as const satisfies readonly (keyof LoadBucket)[];
const TALLIES = ['upgradeFailures', 'lostSessions'] as const satisfies readonly (keyof LoadBucket)[];
const DISTRIBUTIONS = ['latency', 'lag'] as const satisfies readonly (keyof LoadBucket)[];
/** Labels of outcomes; a bucket with more was not written by a driver. */
const MAX_LABELS = 200;

/** What is wrong with a bucket; null when nothing is. */
export function wrongBucket(value: unknown): string | null {
  if (!isObject(value)) return 'expected bucket to be an object';
  const count = COUNTS.find((name) => !isAmount(value[name]));
  if (count !== undefined) return `expected bucket.${count} to be a number that is not negative`;
  const tally = TALLIES.find((name) => !isTally(value[name]));
  if (tally !== undefined) return `expected bucket.${tally} to be counts by label`;
  const one = DISTRIBUTIONS.find((name) => !isDistribution(value[name]));
  if (one !== undefined) return `expected bucket.${one} to be a distribution`;
  const { phases } = value;
  if (!isObject(phases)) return 'expected bucket.phases to be an object';
  const phase = LOAD_PHASES.find((name) => phases[name] !== undefined && !isDistribution(phases[name]));
  return phase === undefined ? null : `expected bucket.phases.${phase} to be a distribution`;
}

/** Whether a value has all that a report reads of a profile. Its arithmetic was checked before it was driven. */
export function isLoadProfile(value: unknown): value is LoadProfile {
  if (!isObject(value)) return false;
  const { loop, connections, messages, durationMs, size, payload, drivers, compared, seed } = value;
  return (
    (loop === 'open' || loop === 'closed') &&
    [connections, messages].every((stages) => Array.isArray(stages) && stages.every(isObject)) &&
    [durationMs, drivers, seed, value['depth'], value['thinkMs'], value['fragments'], value['sources']].every(isAmount) &&
    isObject(size) &&
    (payload === 'text' || payload === 'binary') &&
    typeof compared === 'boolean'
  );
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

function isTally(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length <= MAX_LABELS && Object.values(value).every(isAmount);
}

function isDistribution(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['buckets']) || !value['buckets'].every(isAmount)) return false;
  if (![value['count'], value['minUs'], value['maxUs'], value['sumUs']].every(isAmount)) return false;
  try {
    Distribution.decode(value as unknown as EncodedDistribution);
    return true;
  } catch {
    return false;
  }
}
