/** A percentile as a distance along an axis on which 90, 99 and 99.9 are equally far apart: each step is a tenth of the rest. */
export const percentilePosition = (percentile: number, last: number): number => -Math.log10(1 - Math.min(percentile, last) / 100);

/** The last percentile that `count` samples can tell: with 1,000 of them, 99.9. */
export const lastPercentile = (count: number): number => 100 * (1 - 1 / Math.max(10, count));

export const percentileTicks = (last: number): readonly number[] => [0, 50, 90, 99, 99.9, 99.99].filter((tick) => tick <= last + 1e-9);

/** Scale for milliseconds: logarithmic when the tail is far above the start, else linear from 0. */
export interface MsScale {
  readonly logarithmic: boolean;
  readonly ticks: readonly number[];
  /** 0 at the bottom, 1 at the top. */
  position(ms: number): number;
}

const LOGARITHMIC_FROM_RATIO = 25;

export function msScale(values: readonly number[]): MsScale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = positive.length === 0 ? 0.1 : Math.min(...positive);
  const high = positive.length === 0 ? 1 : Math.max(...positive);
  return high / low > LOGARITHMIC_FROM_RATIO ? logarithmic(low, high) : linear(high);
}

function linear(high: number): MsScale {
  const power = 10 ** Math.floor(Math.log10(high / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => high / size <= 5) ?? high;
  const count = Math.ceil(high / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
  return { logarithmic: false, ticks, position: (ms) => ms / (count * step) };
}

function logarithmic(low: number, high: number): MsScale {
  const bottom = Math.floor(Math.log10(low));
  const top = Math.ceil(Math.log10(high));
  const ticks = Array.from({ length: top - bottom + 1 }, (_, index) => Number((10 ** (bottom + index)).toPrecision(6)));
  return { logarithmic: true, ticks, position: (ms) => (Math.log10(Math.max(ms, 10 ** bottom)) - bottom) / (top - bottom) };
}
