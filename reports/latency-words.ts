import type { LatencyDifference, LoadSummary } from '../harness/model/record.ts';
import { formatMs, formatMsDifference } from './numbers.ts';

/** Whether the interval has 0 in it, so that nothing was seen. */
export const holdsZero = ({ lowMs, highMs }: LatencyDifference): boolean => lowMs <= 0 && highMs >= 0;

/** `+0.19 to +0.26 ms`. */
export const intervalWords = ({ lowMs, highMs }: LatencyDifference): string =>
  `${formatMsDifference(lowMs).replace(/ ms$/, '')} to ${formatMsDifference(highMs)}`;

/** The difference with its interval, or what of a difference would have been seen: the only way in which a report speaks of latency. */
export function differenceWords(difference: LatencyDifference): string {
  if (difference.isDifferent) return `${formatMsDifference(difference.deltaMs)} (${intervalWords(difference)})`;
  return holdsZero(difference)
    ? `no difference seen, the smallest detectable was ${formatMs(difference.smallestDetectableMs)}`
    : 'too few echoes to tell';
}

/** `p50`, `p99.9`. */
export const percentileName = ({ percentile }: Pick<LatencyDifference, 'percentile'>): string => `p${String(percentile)}`;

export const differenceAt = ({ differences }: Pick<LoadSummary, 'differences'>, percentile: number): LatencyDifference | undefined =>
  differences.find((it) => it.percentile === percentile);

type Compared = Pick<LoadSummary, 'latency' | 'controlLatency' | 'differences'>;

/** Why there is no difference to tell; null where there is one. */
export function notCompared({ latency, controlLatency, differences }: Compared): string | null {
  if (latency === null) return 'latency: not measured, no echo came back';
  if (controlLatency === null) return 'latency: not compared, there was no slot of a control path';
  return differences.length === 0 ? 'latency: not compared, two slots of each side with enough echoes are needed' : null;
}

/** `latency against control: p50 +0.22 ms (+0.19 to +0.26 ms); p99 no difference seen, the smallest detectable was 2.00 ms`. */
export function latencySentence(load: Compared, inconclusiveBecause: string | null = null): string {
  const absent = notCompared(load);
  if (absent !== null) return absent;
  const parts = load.differences
    .filter(({ percentile }) => percentile === 50 || percentile === 99)
    .map((difference) => `${percentileName(difference)} ${differenceWords(difference)}`);
  const sentence = `latency against control: ${parts.join('; ')}`;
  return inconclusiveBecause === null ? sentence : `latency: inconclusive, ${inconclusiveBecause}`;
}
