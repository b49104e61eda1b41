import { nowMs } from '../measure/clock.ts';
import type { Stall } from '../model/play.ts';

/*
 * When this program could not run: the machine stood still, had others to run, or the program itself was at one thing for long. Whatever came meanwhile looks late
 * from here, and no path is to be blamed for that.
 */

const BEAT_MS = 25;
/** A beat that is late by less says nothing of the machine. */
const MIN_STALL_MS = 100;
/** More than this many are those of a machine on which nothing can be measured. */
const KEPT = 1000;

const stalls: Stall[] = [];
let watchers = 0;
let timer: NodeJS.Timeout | undefined;
let lastMs = 0;

/** Watches from here to the call of what it returns. */
export function watchStalls(): () => void {
  if (watchers === 0) {
    lastMs = nowMs();
    timer = setInterval(beat, BEAT_MS);
    timer.unref();
  }
  watchers += 1;
  return () => {
    watchers -= 1;
    if (watchers === 0) clearInterval(timer);
  };
}

/** Those that were not over at `sinceMs` (Unix milliseconds), oldest first. */
export function stallsSince(sinceMs: number): readonly Stall[] {
  // What reads may be the first to run after one.
  if (watchers > 0) beat();
  return stalls.filter(({ untilMs }) => untilMs > sinceMs);
}

/** By what `afterRunning` may multiply a time. */
export const MOST_EXTENDED = 2;

/**
 * Calls `then` once this program could run for `ms`, at the latest after `MOST_EXTENDED` times that; stalls count while they are watched. What it returns calls it
 * off. A deadline for the far end: it is not to pay for a time in which nobody here could have seen it keep it.
 */
export function afterRunning(ms: number, then: () => void): () => void {
  const fromMs = nowMs();
  const check = (): void => {
    const stalledMs = stallsSince(fromMs).reduce((sum, stall) => sum + stall.untilMs - Math.max(stall.fromMs, fromMs), 0);
    const leftMs = Math.min(ms + stalledMs, ms * MOST_EXTENDED) - (nowMs() - fromMs);
    if (leftMs < 1) then();
    else deadline = setTimeout(check, leftMs);
  };
  let deadline = setTimeout(check, ms);
  return () => clearTimeout(deadline);
}

function beat(): void {
  const atMs = nowMs();
  if (atMs - lastMs >= BEAT_MS + MIN_STALL_MS) {
    stalls.push({ fromMs: lastMs, untilMs: atMs });
    if (stalls.length > KEPT) stalls.shift();
  }
  lastMs = atMs;
}
