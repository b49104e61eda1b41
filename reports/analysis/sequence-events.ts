import type { ClosingEvent, StreamEnd } from '../../harness/model/capture-analysis.ts';
import type { ExchangeSeen } from '../../harness/model/content-analysis.ts';
import { formatCount, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { EVENTS_SHOWN } from './closing-words.ts';
import { formatElapsed, roleOf, type StreamRow } from './stream-facts.ts';

/** What a line of the sequence drawing shows. `pause`: nothing went over the wire. */
export type SequenceKind = 'open' | 'request' | 'accepted' | 'refused' | 'data' | 'resend' | 'pause' | 'close' | 'reset' | 'silence';

/** One line of it. `from` null: both ends, or none. */
export interface SequenceEvent {
  readonly kind: SequenceKind;
  readonly atMs: number;
  readonly from: 'client' | 'server' | null;
  readonly frame: number | null;
  /** Untrusted: escape it. */
  readonly label: string;
}

const LINES = 16;
/** A shorter gap is not worth a line. */
const PAUSE_MS = 200;

/** What happened on one stream, in order of time; only the first and the last of a long story. */
export function sequenceOf(row: StreamRow): readonly SequenceEvent[] {
  const events = [
    ...opening(row),
    ...row.stream.exchanges.flatMap((exchange) => exchangeEvents(exchange, row)),
    ...dataEvents(row),
    ...resendEvents(row, 'a'),
    ...resendEvents(row, 'b'),
    ...pauses(row),
    ...closings(row),
  ].toSorted((a, b) => a.atMs - b.atMs);
  return shortened(events);
}

function shortened(events: readonly SequenceEvent[]): readonly SequenceEvent[] {
  const between = events.slice(LINES / 2, -LINES / 2);
  const [first] = between;
  if (events.length <= LINES || first === undefined) return events;
  const skipped: SequenceEvent = {
    kind: 'silence',
    atMs: first.atMs,
    from: null,
    frame: null,
    label: plural(between.length, 'more event'),
  };
  return [...events.slice(0, LINES / 2), skipped, ...events.slice(-LINES / 2)];
}

function opening(row: StreamRow): readonly SequenceEvent[] {
  const { handshake, startedAtMs, firstFrame } = row.stream;
  if (handshake === null) return [];
  return [
    { kind: 'open', atMs: startedAtMs, from: roleOf(row, 'a'), frame: firstFrame, label: 'SYN' },
    { kind: 'open', atMs: startedAtMs + handshake.synToSynAckMs, from: roleOf(row, 'b'), frame: null, label: 'SYN-ACK' },
  ];
}

function exchangeEvents(exchange: ExchangeSeen, row: StreamRow): readonly SequenceEvent[] {
  const { from, method, target, frame, atMs, response } = exchange;
  const asked: SequenceEvent = { kind: 'request', atMs, from: roleOf(row, from), frame, label: `${clip(method, 20)} ${target}` };
  if (response === null) return [asked];
  const upgrade = row.upgrades.find((it) => it.frame === frame);
  const isRefused = upgrade !== undefined && upgrade.outcome !== 'accepted';
  const answered: SequenceEvent = {
    kind: isRefused ? 'refused' : 'accepted',
    atMs: response.atMs,
    from: roleOf(row, otherEnd(from)),
    frame: response.frame,
    label: `${String(response.status)} ${response.reason}`.trimEnd(),
  };
  return [asked, answered];
}

const otherEnd = (end: StreamEnd): StreamEnd => (end === 'a' ? 'b' : 'a');

function dataEvents({ stream, upgrades }: StreamRow): readonly SequenceEvent[] {
  const accepted = upgrades.find(({ outcome }) => outcome === 'accepted');
  if (accepted === undefined || stream.webSocket === null || stream.webSocket.frames === 0) return [];
  const { frames, messages } = stream.webSocket;
  const label = `${plural(frames, 'WebSocket frame')}, ${plural(messages.aToB + messages.bToA, 'message')}`;
  return [{ kind: 'data', atMs: accepted.exchange.response?.atMs ?? accepted.atMs, from: null, frame: null, label }];
}

function resendEvents(row: StreamRow, from: StreamEnd): readonly SequenceEvent[] {
  const { firstAtMs, firstFrames, segs } = from === 'a' ? row.stream.resent.aToB : row.stream.resent.bToA;
  const [atMs] = firstAtMs;
  if (segs === 0 || atMs === undefined) return [];
  return [
    {
      kind: 'resend',
      atMs,
      from: roleOf(row, from),
      frame: firstFrames[0] ?? null,
      label: segs === 1 ? 'sent again' : `first of ${formatCount(segs)} sent again`,
    },
  ];
}

const pauses = ({ stream }: StreamRow): readonly SequenceEvent[] =>
  stream.idleGaps
    .filter(({ gapMs }) => gapMs >= PAUSE_MS)
    .toSorted((a, b) => b.gapMs - a.gapMs)
    .slice(0, 4)
    .map(({ startedAtMs, gapMs, endedBy }) => ({
      kind: 'pause',
      atMs: startedAtMs + 0.001,
      from: null,
      frame: null,
      label: `${formatElapsed(gapMs)} of silence${endedBy === 'capture-end' ? ', to the end' : ''}`,
    }));

const CLOSES: Readonly<Record<Exclude<ClosingEvent['kind'], 'close-frame'>, string>> = {
  'close-notify': 'close_notify',
  fin: 'FIN',
  rst: 'RST',
};

const closings = (row: StreamRow): readonly SequenceEvent[] =>
  row.stream.closing.slice(0, EVENTS_SHOWN).map(({ kind, from, frame, atMs, code, reason }) => ({
    kind: kind === 'rst' ? 'reset' : 'close',
    atMs,
    from: roleOf(row, from),
    frame,
    label: kind === 'close-frame' ? `Close ${code === null ? '' : String(code)} ${reason}`.trimEnd() : CLOSES[kind],
  }));
