import { endedAt } from '../blame/connection-end-words.ts';
import type { IdleEvidence, Recorded } from '../model/evidence.ts';

export type Idle = Recorded<IdleEvidence>;

/** An idle socket that ended before the watch did. */
export interface Cut {
  readonly idle: Idle;
  readonly endedAtMs: number;
  /** From the last traffic to the end; from the opening when traffic flowed until the end. Whole milliseconds. */
  readonly limitMs: number;
  /** Traffic flowed until the end, so not idleness but age cut it. */
  readonly isUnderTraffic: boolean;
  /** In words, to follow "cut": `a socket 2003 ms after its last frame`. */
  readonly what: string;
  /** Which end saw it first. */
  readonly order: string;
}

/** A watch ends this much early at the most; later ends are the watch's own. */
const WATCH_SLACK_MS = 100;

/** Null when the socket was held to the end of the watch, was ended by the client itself, or was never opened. */
export function cutOf(idle: Idle): Cut | null {
  const { client, origin, openedAtMs, holdMs } = idle;
  const atClient = endedAt(client);
  if (atClient === null || openedAtMs === null || client.kind === 'local') return null;
  if (atClient - openedAtMs >= holdMs - WATCH_SLACK_MS) return null;
  const atOrigin = endedAt(origin);
  const endedAtMs = Math.min(atClient, atOrigin ?? atClient);
  const last = idle.lastTrafficAtMs ?? openedAtMs;
  const isUnderTraffic = idle.mode !== 'idle' && last - openedAtMs > idle.intervalMs && endedAtMs - last < idle.intervalMs * 1.5;
  const limitMs = Math.max(0, Math.round(endedAtMs - (isUnderTraffic ? openedAtMs : last)));
  const what = isUnderTraffic ? `a socket with traffic (${idle.mode}) ${limitMs} ms after it was opened` : idleWords(limitMs);
  return { idle, endedAtMs, limitMs, isUnderTraffic, what, order: orderOf(atClient, atOrigin) };
}

/** The same with the silence that the packets show, where they show one. */
export function withLimit(cut: Cut, silentMs: number | null): Cut {
  if (silentMs === null) return cut;
  const limitMs = Math.round(silentMs);
  return { ...cut, limitMs, what: idleWords(limitMs) };
}

const idleWords = (limitMs: number): string => `an idle socket ${limitMs} ms after its last frame`;

/** Two processes on one machine do not agree on less. */
const SAME_TIME_MS = 20;

function orderOf(atClient: number, atOrigin: number | null): string {
  if (atOrigin === null) return 'only the client saw it end';
  const difference = Math.round(atOrigin - atClient);
  if (Math.abs(difference) <= SAME_TIME_MS) return 'both at once';
  return difference > 0 ? `the client ${difference} ms before the origin` : `the origin ${-difference} ms before the client`;
}
