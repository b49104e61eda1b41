import type { LatencyDifference } from '../model/record.ts';

type Words = Pick<LatencyDifference, 'deltaMs' | 'lowMs' | 'highMs' | 'isDifferent' | 'smallestDetectableMs'>;

/** `+1.2 ms (0.9 to 1.5)`; where the interval holds 0: `no difference seen, the smallest detectable was 0.3 ms`. */
export function differenceWords({ deltaMs, lowMs, highMs, isDifferent, smallestDetectableMs }: Words): string {
  if (!isDifferent) return `no difference seen, the smallest detectable was ${number(smallestDetectableMs)} ms`;
  return `${signedMs(deltaMs)} (${number(lowMs)} to ${number(highMs)})`;
}

/** `+1.2 ms`, `-0.35 ms`. */
export const signedMs = (ms: number): string => `${ms < 0 ? '' : '+'}${number(ms)} ms`;

/** Two significant digits of what is small, a tenth of what is not; never a bare 0 for what is more. */
function number(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 1 || size === 0) return ms.toFixed(1);
  return size >= 0.1 ? ms.toFixed(2) : ms.toFixed(3);
}
