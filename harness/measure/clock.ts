/** Unix time in milliseconds with a fraction, from the monotonic clock: steps of the system clock after the start do not show. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
