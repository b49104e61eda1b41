import type { Play } from './play-directions.ts';

/** For how much of a time, in milliseconds, one of the two ends of a play could not run: that is the machine's, and none of the path's. */
export function ownStallMs({ client, origin }: Pick<Play, 'client' | 'origin'>, fromMs: number, untilMs: number): number {
  const stalls = [...(client.stalls ?? []), ...(origin?.stalls ?? [])].toSorted((a, b) => a.fromMs - b.fromMs);
  let totalMs = 0;
  let countedUntilMs = fromMs;
  for (const stall of stalls) {
    const endMs = Math.min(stall.untilMs, untilMs);
    const startMs = Math.max(stall.fromMs, countedUntilMs);
    if (endMs <= startMs) continue;
    totalMs += endMs - startMs;
    countedUntilMs = endMs;
  }
  return totalMs;
}
