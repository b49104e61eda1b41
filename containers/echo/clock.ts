/** Unix time in milliseconds with a fraction: the clock of every record the origin keeps. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
