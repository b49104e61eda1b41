import type { PlayedBytes, PlayedEnd } from '../model/play.ts';
import type { Play } from './play-directions.ts';

/**
 * By how much the origin's clock is ahead of the client's, in milliseconds. The two are programs of their own, and when the system clock
 * is set between their starts they differ. Nothing comes before it was sent: each direction bounds the difference from one side.
 */
function clockOffsetMs(plays: readonly Play[]): number {
  let most = Infinity;
  let least = -Infinity;
  for (const { client, origin } of plays) {
    most = Math.min(most, gap(client.sent, origin?.received));
    least = Math.max(least, -gap(origin?.sent, client.received));
  }
  return Number.isFinite(most) && Number.isFinite(least) ? (most + least) / 2 : 0;
}

const gap = (sent: PlayedBytes | undefined, received: PlayedBytes | undefined): number =>
  sent === undefined || received === undefined || sent.firstAtMs === null || received.firstAtMs === null
    ? Infinity
    : received.firstAtMs - sent.firstAtMs;

/** The plays of one path with the times of the origin on the client's clock. */
export function alignClocks(plays: readonly Play[]): readonly Play[] {
  const offsetMs = clockOffsetMs(plays);
  return plays.map((play) => ({
    ...play,
    origin: play.origin === null ? null : shifted(play.origin, -offsetMs),
    ...(play.readerPauses === undefined
      ? {}
      : {
          readerPauses: play.readerPauses.map((pause) =>
            pause.end === 'client' ? pause : { ...pause, fromMs: pause.fromMs - offsetMs, untilMs: pause.untilMs - offsetMs },
          ),
        }),
  }));
}

function shifted(end: PlayedEnd, byMs: number): PlayedEnd {
  const at = (atMs: number | null): number | null => (atMs === null ? null : atMs + byMs);
  const bytes = (one: PlayedBytes): PlayedBytes => ({
    ...one,
    first: one.first.map((chunk) => ({ ...chunk, atMs: chunk.atMs + byMs })),
    firstAtMs: at(one.firstAtMs),
    lastAtMs: at(one.lastAtMs),
  });
  return {
    ...end,
    startedAtMs: end.startedAtMs + byMs,
    connectedAtMs: at(end.connectedAtMs),
    sent: bytes(end.sent),
    received: bytes(end.received),
    steps: end.steps.map((step) => ({ ...step, startedAtMs: step.startedAtMs + byMs, endedAtMs: at(step.endedAtMs) })),
    events: end.events.map((event) => ({ ...event, atMs: event.atMs + byMs })),
    ...(end.stalls === undefined
      ? {}
      : { stalls: end.stalls.map(({ fromMs, untilMs }) => ({ fromMs: fromMs + byMs, untilMs: untilMs + byMs })) }),
  };
}
