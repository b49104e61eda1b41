const WINDOW_MS = 100;

/** The highest rate of events a second, counted over windows of 100 ms that begin with an event. 0 when there are none. */
export function peakPerSecond(atMs: readonly number[]): number {
  const sorted = atMs.toSorted((a, b) => a - b);
  let peak = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= WINDOW_MS) first += 1;
    peak = Math.max(peak, index - first + 1);
  }
  return peak * (1000 / WINDOW_MS);
}
