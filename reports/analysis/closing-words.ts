import type { ClosingEvent, ResetSeen } from '../../harness/model/capture-analysis.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { formatElapsed, roleOf, streamRows, type StreamRow } from './stream-facts.ts';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';

/** Streams whose end somebody may ask about: of WebSockets and upgrades, and all that were reset. */
export const endedRows = (analysis: CaptureAnalysis): readonly StreamRow[] =>
  streamRows(analysis).filter(
    ({ stream, upgrades }) => stream.resets.length > 0 || (stream.closing.length > 0 && (stream.webSocket !== null || upgrades.length > 0)),
  );

/** `server Close 1001 "going away"`. Untrusted: escape it. */
export function eventWords(event: ClosingEvent, row: StreamRow): string {
  const who = roleOf(row, event.from);
  switch (event.kind) {
    case 'close-frame':
      return `${who} Close${event.code === null ? '' : ` ${String(event.code)}`}${event.reason === '' ? '' : ` "${clip(event.reason, 80)}"`}`;
    case 'close-notify':
      return `${who} TLS close_notify`;
    case 'fin':
      return `${who} FIN`;
    case 'rst':
      return `${who} RST`;
  }
}

/** What there is to say of a reset besides that it came. Untrusted: escape it. */
export function resetRemarks({ provokedBy, rttMs, isLate, oddities }: ResetSeen): readonly string[] {
  const after =
    provokedBy === null ? [] : [`${formatElapsed(provokedBy.agoMs)} after ${provokedBy.what} in frame ${String(provokedBy.frame)}`];
  const late = isLate ? [`late${rttMs === null ? '' : `: the round trip takes ${formatElapsed(rttMs)}`}`] : [];
  return [...after, ...late, ...oddities.slice(0, 4).map((it) => clip(it, 160))];
}

/** The silence that the first closing event ended, or that came before what a reset answered: `after 60.00 s of silence`. */
export function silenceWords({ stream }: StreamRow): string | null {
  const [first] = stream.closing;
  if (first === undefined) return null;
  const provoked = stream.resets.find(({ frame }) => frame === first.frame)?.provokedBy?.frame;
  const gap = stream.idleGaps.find(({ frame }) => frame !== null && (frame === first.frame || frame === provoked));
  return gap === undefined ? null : `after ${formatElapsed(gap.gapMs)} of silence`;
}

/** Equal for streams that ended alike: the same events in the same order, and resets of the same kind. */
export const endingKey = (row: StreamRow): string =>
  [
    ...row.stream.closing.slice(0, EVENTS_SHOWN).map((event) => eventWords(event, row)),
    ...row.stream.resets.slice(0, 2).map(({ isLate, oddities }) => `${String(isLate)} ${oddities.join()}`),
    silenceWords(row) ?? '',
  ].join('\n');

/** Closing events beyond the first few say nothing new. */
export const EVENTS_SHOWN = 5;

export const moreEvents = ({ stream }: StreamRow): string | null =>
  stream.closing.length > EVENTS_SHOWN ? `and ${plural(stream.closing.length - EVENTS_SHOWN, 'more event')}` : null;
