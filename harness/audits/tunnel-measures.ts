import { directionsOf, type Play, type PlayDirection } from './play-directions.ts';

const PERCENTILE = 0.9;
/** A sender counts as blocked when its step had been under way for so long. */
const BLOCKED_MS = 50;
const MIN_STEPS = 32;
const MIN_WRITES = 15;

const suffix = ({ direction }: PlayDirection): string => (direction === 'to-origin' ? 'ToOrigin' : 'ToClient');

/**
 * What the path takes of a sender while nobody reads (`bufferedBytesToOrigin`, only when the sender was seen blocked), and how long small
 * writes a few milliseconds apart are under way, 9 of 10 of them (`coalescingDelayMsToOrigin`); the same `ToClient`.
 */
export function tunnelMeasures(plays: readonly Play[]): Readonly<Record<string, number>> {
  const measures: Record<string, number> = {};
  for (const direction of directionsOf(plays)) {
    const buffered = bufferedBytes(direction);
    const delay = coalescingDelayMs(direction);
    if (buffered !== null) measures[`bufferedBytes${suffix(direction)}`] = buffered;
    if (delay !== null) measures[`coalescingDelayMs${suffix(direction)}`] = delay;
  }
  return measures;
}

/** Bytes whose sends were done when the reader took up reading again, given that the sender had come to a stop before. */
function bufferedBytes({ play, direction, sender, sent, received }: PlayDirection): number | null {
  const pause = play.readerPauses?.find(({ end }) => end === (direction === 'to-origin' ? 'origin' : 'client'));
  const fills = sender.steps.slice(1);
  if (pause === undefined || fills.length < MIN_STEPS || received.bytes !== sent.bytes) return null;
  const done = fills.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < pause.untilMs);
  const stopped = fills[done.length];
  if (stopped === undefined || pause.untilMs - stopped.startedAtMs < BLOCKED_MS) return null;
  return Math.round((sent.bytes / fills.length) * done.length);
}

function coalescingDelayMs({ play, sent, received }: PlayDirection): number | null {
  const gaps = sent.first.slice(1).map(({ atMs }, index) => atMs - (sent.first[index]?.atMs ?? atMs));
  const isSpaced = gaps.length >= MIN_WRITES && gaps.every((gap) => gap > 1) && sent.bytes < 1000;
  if (!isSpaced || received.bytes !== sent.bytes || play.caseId.startsWith('slow-')) return null;
  const delays = arrivals(sent.first).map(({ end, atMs }) => (arrivals(received.first).find((one) => one.end >= end)?.atMs ?? atMs) - atMs);
  const delay = delays.toSorted((a, b) => a - b)[Math.floor(delays.length * PERCENTILE)] ?? 0;
  return Math.round(delay * 10) / 10;
}

function arrivals(chunks: PlayDirection['sent']['first']): readonly { readonly end: number; readonly atMs: number }[] {
  let end = 0;
  return chunks.map(({ atMs, base64 }) => {
    end += Buffer.byteLength(base64, 'base64');
    return { end, atMs };
  });
}
