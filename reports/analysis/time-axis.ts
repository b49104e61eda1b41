/** Distance along an axis of time, from 0 to 1, with round ticks. */
export interface TimeAxis {
  readonly ticks: readonly { readonly position: number; readonly label: string }[];
  position(ms: number): number;
}

const STEPS_MS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];
const TICKS = 7;

/** An axis from 0 to `spanMs`. */
export function timeAxis(spanMs: number): TimeAxis {
  const span = Number.isFinite(spanMs) && spanMs > 0 ? spanMs : 1;
  const step = STEPS_MS.find((size) => span / size <= TICKS) ?? span / TICKS;
  const ticks = Array.from({ length: Math.floor(span / step + 1e-9) + 1 }, (_, index) => ({
    position: (index * step) / span,
    label: tickLabel(index * step, step),
  }));
  return { ticks, position: (ms) => Math.min(1, Math.max(0, ms / span)) };
}

function tickLabel(ms: number, step: number): string {
  if (ms === 0) return '0';
  if (step < 1000) return `${String(Number(ms.toPrecision(6)))} ms`;
  return step < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Math.round(ms / 60_000))} min`;
}
