import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { FramedStream } from './framed-stream.ts';

const EVERY_MS = 20;

/** Echoes once, then again and again for `holdMs`; says when the last echo came. */
export async function holdEcho(framed: FramedStream, holdMs: number, untilMs: number): Promise<{ readonly lastEchoAtMs: number | null }> {
  let lastEchoAtMs: number | null = null;
  const endMs = Math.min(untilMs, nowMs() + holdMs);
  do {
    if (!(await framed.say(untilMs))) break;
    lastEchoAtMs = nowMs();
    if (lastEchoAtMs < endMs) await sleep(EVERY_MS);
  } while (nowMs() < endMs);
  return { lastEchoAtMs };
}
