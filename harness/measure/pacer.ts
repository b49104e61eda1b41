/** Says when the n-th send is due, in milliseconds after the start. Knows no clock and no socket. */
export type Pacer = (n: number) => number;

/** Evenly spaced sends, the first at the start. */
export const constantRate =
  (perSecond: number): Pacer =>
  (n) =>
    (n * 1000) / perSecond;

/** How many sends of this rate are due within a duration that excludes its end. */
export const sendsWithin = (perSecond: number, durationMs: number): number => Math.max(0, Math.ceil((perSecond * durationMs) / 1000));
