import type { Fingerprint, FingerprintDifference } from '../model/fingerprint.ts';

/** Measured numbers that differ by less than this share are the same, as in the comparison of fingerprints. */
const TOLERANCE = 0.25;

/** Whether a fingerprint has of a difference what `after` has. A fingerprint that says nothing of it does not. */
export function showsDifference(
  seen: Fingerprint | undefined,
  { area, what, before, after }: FingerprintDifference,
  was: Fingerprint | undefined,
  is: Fingerprint | undefined,
): boolean {
  if (seen === undefined) return false;
  if (area === 'headers') {
    const words = what.startsWith('response') ? seen.headers.response : seen.headers.request;
    return (after === null || words.includes(after)) && (before === null || !words.includes(before));
  }
  if (area === 'limits') return isLikeAfter(limitOf(seen, what), limitOf(was, what), limitOf(is, what));
  if (area === 'measures') return isLikeAfter(seen.measures[what], was?.measures[what], is?.measures[what]);
  return after !== null && seen.behaviours[area]?.[what] === after;
}

/** Milliseconds; null: none in the watch; undefined: not measured. */
export const limitOf = (seen: Fingerprint | undefined, mode: string): number | null | undefined => seen?.limitsMs[mode];

export const limitWords = (limitMs: number | null | undefined): string | null =>
  limitMs === undefined ? null : limitMs === null ? 'none in the watch' : `${limitMs} ms`;

type Measured = number | null | undefined;

/** About what it is after, and nearer to it than to what it was. */
function isLikeAfter(value: Measured, was: Measured, is: Measured): boolean {
  if (value === undefined || is === undefined) return false;
  if (value === null || is === null) return value === is;
  const isNear = Math.abs(value - is) <= TOLERANCE * Math.max(value, is);
  return isNear && (typeof was !== 'number' || Math.abs(value - is) < Math.abs(value - was));
}
