import type { EncodedDistribution } from '../model/distribution.ts';
import type { LatencyDifference } from '../model/record.ts';
import { Distribution } from './distribution.ts';
import { t99, Z_99 } from './student-t.ts';

/** Latencies of one slot. */
export type SlotLatency = Distribution | EncodedDistribution;

/** Percentiles that are compared, where there are enough echoes to bound them. */
const PERCENTILES = [50, 90, 99, 99.9];
/** Slots on each side without which a slow path cannot be told from a slow moment. */
const MIN_SLOTS = 2;
/** What a distribution rounds to: a whole microsecond and a thousandth of the value. */
const ROUNDED_US = 1;
const ROUNDED_SHARE = 0.001;

/** p50, p90, p99 and p99.9 of interleaved slots; a percentile is left out where there are too few echoes to bound it. Empty: nothing can be compared. */
export function compareLatency(subject: readonly SlotLatency[], control: readonly SlotLatency[]): readonly LatencyDifference[] {
  return PERCENTILES.flatMap((percentile) => {
    const isBounded = [subject, control].every((slots) => quantileWithBounds(merged(slots.map(opened)), percentile).isBounded);
    return isBounded ? (compareQuantile(subject, control, percentile) ?? []) : [];
  });
}

/**
 * Compares one percentile (`p` in 0..100) of the slots of a path with that of the slots of its control, A B B A. The quantiles are those of all messages
 * of a side. The 99 % interval of their difference is the wider one of two at each end:
 *
 * - Of messages: each quantile gets its order-statistics interval (binomial ranks), and the two are joined by square-and-add recovery of variances (Newcombe
 *   1998; Zou and Donner 2008), which keeps them lopsided. It holds when messages are independent of each other.
 * - Of slots: messages of one slot share a connection, a burst and whatever else the machine did then, so each slot counts as one observation of its
 *   quantile. The spread of slots around the mean of their side, pooled over both sides, gives Student's interval with (slots - 2) degrees of freedom
 *   (batch means: Law, Simulation Modeling and Analysis, chapter 9). In the order A B B A a steady drift falls out of the difference and stays in the
 *   spread, so that a drifting machine widens the interval and never narrows it.
 *
 * Neither covers the other's case: few messages scatter more than two slots happen to show, and two slots differ more than their messages can. Four slots
 * leave two degrees of freedom, so the interval is wide where slots differ: that is what four slots can know. Pure: no resampling, no seed. Null when
 * there are fewer than two slots with echoes on a side.
 */
export function compareQuantile(subject: readonly SlotLatency[], control: readonly SlotLatency[], p: number): LatencyDifference | null {
  const [here, there] = [subject, control].map((slots) => slots.map(opened).filter(({ count }) => count > 0));
  if (here === undefined || there === undefined || here.length < MIN_SLOTS || there.length < MIN_SLOTS) return null;
  const s = quantileWithBounds(merged(here), p);
  const c = quantileWithBounds(merged(there), p);
  const delta = s.us - c.us;
  const ofSlots = slotMargin(
    here.map((slot) => slot.percentile(p)),
    there.map((slot) => slot.percentile(p)),
  );
  const rounded = ROUNDED_US + ROUNDED_SHARE * Math.max(s.us, c.us);
  const below = Math.max(ofSlots, Math.hypot(s.us - s.lowUs, c.highUs - c.us)) + rounded;
  const above = Math.max(ofSlots, Math.hypot(s.highUs - s.us, c.us - c.lowUs)) + rounded;
  return {
    percentile: p,
    subjectMs: s.us / 1000,
    controlMs: c.us / 1000,
    deltaMs: delta / 1000,
    lowMs: (delta - below) / 1000,
    highMs: (delta + above) / 1000,
    isDifferent: s.isBounded && c.isBounded && (delta > below || delta < -above),
    smallestDetectableMs: Math.max(below, above) / 1000,
  };
}

/** Half of the 99 % interval of the difference of two means, from the spread of the slots of each side. */
export function slotMargin(here: readonly number[], there: readonly number[]): number {
  const degrees = here.length + there.length - 2;
  const variance = (squaresAround(here) + squaresAround(there)) / degrees;
  return t99(degrees) * Math.sqrt(variance * (1 / here.length + 1 / there.length));
}

function squaresAround(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

export const opened = (slot: SlotLatency): Distribution => (slot instanceof Distribution ? slot : Distribution.decode(slot));

export function merged(slots: readonly Distribution[]): Distribution {
  const sum = new Distribution();
  for (const slot of slots) sum.add(slot);
  return sum;
}

interface BoundedQuantile {
  readonly us: number;
  readonly lowUs: number;
  readonly highUs: number;
  readonly isBounded: boolean;
}

function quantileWithBounds(distribution: Distribution, p: number): BoundedQuantile {
  const n = distribution.count;
  const share = p / 100;
  const spread = Z_99 * Math.sqrt(n * share * (1 - share));
  const lowRank = Math.floor(n * share - spread);
  const highRank = Math.ceil(n * share + spread) + 1;
  return {
    us: distribution.percentile(p),
    lowUs: distribution.atRank(lowRank),
    highUs: distribution.atRank(highRank),
    isBounded: lowRank >= 1 && highRank <= n,
  };
}
