import { groupedDigits } from '../harness/measure/grouped-digits.ts';

/** `12,000` */
export const formatCount = (value: number): string => groupedDigits(value);

/** Three significant digits: `0.42 ms`, `3.81 ms`, `205 ms`, `1,240 ms`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${digits === 0 ? formatCount(ms) : ms.toFixed(digits)} ms`;
}

/** With its sign, for a difference from the control path: `+1.24 ms`, `−0.10 ms`. */
export const formatMsDifference = (ms: number): string => `${ms < 0 ? '−' : '+'}${formatMs(Math.abs(ms))}`;

/** `41.2 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

/** Part of a whole as `2.41 %`; null when the whole is nothing. */
export const formatShare = (part: number, whole: number): string | null => (whole > 0 ? `${((100 * part) / whole).toFixed(2)} %` : null);

/** `1 finding`, `2 findings`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string => `${formatCount(count)} ${count === 1 ? noun : nouns}`;

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, ' ms'],
  [/Percent$/, ' %'],
  [/Bytes$/, ' bytes'],
  [/PerSecond$/, ' per second'],
  [/Segs$/, ' segments'],
];

/** A measure whose unit is in its name, in words: `limitMs: 2003` is `['limit', '2,003 ms']`. */
export function formatMeasure(name: string, value: number): readonly [string, string] {
  const unit = UNITS.find(([suffix]) => suffix.test(name));
  const bare = unit === undefined ? name : name.replace(unit[0], '');
  const words = bare.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  const number = Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
  return [words === '' ? name : words, `${number}${unit?.[1] ?? ''}`];
}
