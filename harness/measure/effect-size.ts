import { merged, opened, slotMargin, type SlotLatency } from './compare.ts';
import type { Distribution } from './distribution.ts';
import { Z_99 } from './student-t.ts';

/** How often a message is slower on one path than another message on the other: 0.5 where both are alike, 1 where every one is slower. */
export interface SlowerShare {
  readonly share: number;
  /** Ends of the 99 % interval. */
  readonly low: number;
  readonly high: number;
}

const LIKE_EACH_OTHER = 0.5;

/**
 * The probability that a message of the subject takes longer than one of the control, ties counted half: the common-language effect size (McGraw and Wong
 * 1992), which is the Mann-Whitney U over all pairs. Exact over the merged histograms, whose values are equal when they share a bucket (0.1 %). It needs no
 * shape of the latencies and no unit, and one very slow message weighs as much as any other.
 *
 * The interval is the wider one of two, as in `compareQuantile`: of messages (DeLong, DeLong and Clarke-Pearson 1988: the variance of each message's share
 * of slower partners) and of slots (the same components averaged over each slot: Obuchowski 1997, clusters). Null below two slots with echoes on a side.
 */
export function slowerShare(subject: readonly SlotLatency[], control: readonly SlotLatency[]): SlowerShare | null {
  const [here, there] = [subject, control].map((slots) => slots.map(opened).filter(({ count }) => count > 0));
  if (here === undefined || there === undefined || here.length < 2 || there.length < 2) return null;
  const [allHere, allThere] = [merged(here), merged(there)];
  const own = placements(allHere, allThere);
  const other = placements(allThere, allHere);
  const ofMessages = Z_99 * Math.sqrt(own.variance / allHere.count + other.variance / allThere.count);
  const ofSlots = slotMargin(
    here.map((slot) => placements(slot, allThere).mean),
    there.map((slot) => placements(slot, allHere).mean),
  );
  const margin = Math.max(ofMessages, ofSlots);
  return { share: own.mean, low: Math.max(0, own.mean - margin), high: Math.min(1, own.mean + margin) };
}

/** `slower in 62 % of pairs (58 to 66)`; `as often slower as faster` where the interval holds a half. */
export function slowerWords({ share, low, high }: SlowerShare): string {
  if (low <= LIKE_EACH_OTHER && high >= LIKE_EACH_OTHER)
    return `as often slower as faster (${hundredth(low)} to ${hundredth(high)} % of pairs)`;
  return `slower in ${hundredth(share)} % of pairs (${hundredth(low)} to ${hundredth(high)})`;
}

const hundredth = (share: number): string => (share * 100).toFixed(0);

/** For each value, the share of `others` that are smaller, half of the equal ones with them: its mean and variance over all values. */
function placements(values: Distribution, others: Distribution): { readonly mean: number; readonly variance: number } {
  const [own, theirs] = [values.encode().buckets, others.encode().buckets];
  let [below, at, sum, squares] = [0, 0, 0, 0];
  for (let index = 0; index < own.length; index += 2) {
    const [bucket, count] = [own[index] ?? 0, own[index + 1] ?? 0];
    while (at < theirs.length && (theirs[at] ?? 0) < bucket) {
      below += theirs[at + 1] ?? 0;
      at += 2;
    }
    const equal = theirs[at] === bucket ? (theirs[at + 1] ?? 0) : 0;
    const share = (below + equal / 2) / others.count;
    sum += count * share;
    squares += count * share * share;
  }
  const mean = sum / values.count;
  return { mean, variance: Math.max(0, squares / values.count - mean * mean) };
}
