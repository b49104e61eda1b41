/** A vertical axis: 0 at the bottom, 1 at the top. */
export interface ChartScale {
  readonly ticks: readonly number[];
  position(value: number): number;
}

const STEPS = [1, 2, 5];

/** From 0 to a round number that is not below `high`, with a tick at both ends. */
export function linearScale(high: number): ChartScale {
  const power = 10 ** Math.floor(Math.log10(Math.max(high, 1e-9)));
  const top =
    high > 0 ? ([1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((size) => size >= high - 1e-9) ?? high) : 1;
  return { ticks: [0, top], position: (value) => Math.min(1, Math.max(0, value / top)) };
}

/** Logarithmic between round numbers around all values, at least a decade. Values of 0 stand at the bottom. */
export function logScale(values: readonly number[]): ChartScale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = positive.length === 0 ? [0.1, 1] : [least(positive), most(positive)];
  const round = Array.from({ length: 60 }, (_, index) => STEPS.map((step) => Number((step * 10 ** (index - 30)).toPrecision(3)))).flat();
  const bottom = round.findLast((value) => value <= low) ?? low;
  const top = round.find((value) => value >= Math.max(high, bottom * 10)) ?? high;
  const within = round.filter((value) => value >= bottom && value <= top);
  const decades = within.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
  const span = Math.log10(top / bottom);
  return {
    ticks: within.length <= 5 || decades.length < 3 ? within : decades,
    position: (value) => (value <= bottom ? 0 : Math.min(1, Math.log10(value / bottom) / span)),
  };
}

/* A load has thousands of values: too many for the arguments of one call. */
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
export const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
