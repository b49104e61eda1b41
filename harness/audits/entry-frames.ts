import { createHash } from 'node:crypto';
import type { PlayEvidence } from '../model/play-evidence.ts';
import { encodeClose, encodeFrame, isControl, OPCODE, parseClose } from '../wire/frame.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { KNOWN_ECHOES, type KnownEcho, type KnownMessage, knownPayload, PING_PAYLOAD } from '../wire/known-messages.ts';
import { type Message, MessageAssembler } from '../wire/message-assembler.ts';
import { inTime, outcomeWords } from './entry-words.ts';

/** What was asked of an open socket outside any lab, and whether it did it; `unclear`: what was seen does not say. */
export interface Answered {
  readonly about: 'ping' | 'close' | 'echo';
  readonly verdict: 'right' | 'wrong' | 'unclear';
  readonly words: string;
}

/** What the client read, of the first 64 KiB. */
interface Seen {
  readonly pongs: readonly Buffer[];
  readonly messages: readonly Message[];
  /** Null: no Close frame. */
  readonly close: { readonly code: number | null } | null;
  /** No byte is missing. */
  readonly isWhole: boolean;
}

/** Judges one connection with frames by its case. Null for a case that is not known. */
export function judgeAnswer(play: PlayEvidence): Answered | null {
  const echo = KNOWN_ECHOES.find(({ caseId }) => caseId === play.caseId);
  const about = echo === undefined ? (['ping', 'close'] as const).find((one) => one === play.caseId) : 'echo';
  if (about === undefined) return null;
  if (play.outcome.kind !== 'upgraded')
    return { about, verdict: 'wrong', words: `${play.title}: its socket was ${outcomeWords(play.outcome)}` };
  const seen = seenBy(play);
  const judged = echo === undefined ? (about === 'ping' ? pinged(play, seen) : closed(play, seen)) : echoed(play, seen, echo);
  if (echo?.isFragmented === true && judged.verdict === 'right' && !hasPong(seen))
    return {
      about: 'echo',
      verdict: 'wrong',
      words: `${play.title}: the message came back, and the Ping between its frames was not answered`,
    };
  return { about, ...judged };
}

type Verdict = Omit<Answered, 'about'>;

function seenBy({ client: { received } }: PlayEvidence): Seen {
  const bytes = Buffer.concat(received.first.map(({ base64 }) => Buffer.from(base64, 'base64')));
  const assembler = new MessageAssembler();
  const [pongs, messages]: [Buffer[], Message[]] = [[], []];
  let close: Seen['close'] = null;
  for (const frame of new FrameReader({ expectMasked: false }).push(bytes)) {
    if (frame.kind === 'error') break;
    if (frame.opcode === OPCODE.pong) pongs.push(frame.payload);
    else if (frame.opcode === OPCODE.close) close ??= { code: parseClose(frame.payload).code };
    else if (!isControl(frame.opcode)) {
      const message = assembler.add(frame);
      if (message?.kind === 'message') messages.push(message);
    }
  }
  return { pongs, messages, close, isWhole: bytes.length >= received.bytes };
}

const hasPong = ({ pongs }: Seen): boolean => pongs.some((payload) => payload.equals(PING_PAYLOAD));

function pinged(play: PlayEvidence, seen: Seen): Verdict {
  if (hasPong(seen)) return { verdict: 'right', words: `answered with its payload${after(play)}` };
  if (!seen.isWhole) return { verdict: 'unclear', words: 'cannot be told: the origin sent more than was kept' };
  if (seen.pongs.length > 0) return { verdict: 'wrong', words: 'a Ping was answered with another payload than its own' };
  return { verdict: 'wrong', words: `a Ping was not answered; ${endWords(play, seen)}` };
}

/** The first step waits for the head, the second sends, the third waits for the answer. */
function after({ client }: PlayEvidence): string {
  const [sent, came] = [client.steps[1], client.steps[2]];
  return sent === undefined || typeof came?.endedAtMs !== 'number' ? '' : ` after ${inTime(came.endedAtMs - sent.startedAtMs)}`;
}

function closed(play: PlayEvidence, seen: Seen): Verdict {
  if (seen.close !== null) {
    const code = seen.close.code === null ? 'a Close frame without a code' : `Close ${String(seen.close.code)}`;
    return {
      verdict: 'right',
      words: `answered with ${code}${hasFin(play) ? ', then FIN' : ', and the connection was not ended by the other side'}`,
    };
  }
  if (!seen.isWhole) return { verdict: 'unclear', words: 'cannot be told: the origin sent more than was kept' };
  return { verdict: 'wrong', words: `a Close frame was not answered with one; ${endWords(play, seen)}` };
}

const hasFin = ({ client }: PlayEvidence): boolean => client.events.some(({ kind }) => kind === 'fin-came');

function endWords({ client }: PlayEvidence, { close }: Seen): string {
  if (close !== null) return `the other side sent Close ${String(close.code ?? 'without a code')}`;
  const first = client.events.find(({ kind }) => kind === 'fin-came' || kind === 'reset-came' || kind === 'deadline');
  const elapsed = first === undefined ? '' : ` after ${inTime(first.atMs - client.startedAtMs)}`;
  if (first?.kind === 'fin-came') return `the connection was ended by the other side${elapsed} (FIN)`;
  if (first?.kind === 'reset-came') return `the connection was reset${elapsed} (RST)`;
  return `it was waited for${elapsed === '' ? '' : elapsed.replace(' after', '')}`;
}

function echoed(play: PlayEvidence, seen: Seen, { messages: expected, isTimed }: KnownEcho): Verdict {
  const { received } = play.client;
  const count = play.title;
  if (!seen.isWhole) return largeEcho(play, seen, expected, count);
  let found = 0;
  for (const message of seen.messages) {
    const wanted = expected[found];
    if (wanted !== undefined && isSame(message, wanted)) found += 1;
  }
  if (found === expected.length) return { verdict: 'right', words: `${count}: whole and unchanged` };
  // Many round trips take long on a long path, and a few of them say as much.
  if (isTimed === true && found > 0 && isUnderWay(play))
    return { verdict: 'right', words: `${count}: ${String(found)} came back before the time was over` };
  if (isUnderWay(play))
    return { verdict: 'unclear', words: `${count}: still coming in when the time was over (${String(received.bytes)} bytes)` };
  const other = seen.messages.length > found ? `, ${String(seen.messages.length - found)} came that are not what was sent` : '';
  return { verdict: 'wrong', words: `${count}: ${String(found)} of ${String(expected.length)} came back${other}; ${endWords(play, seen)}` };
}

const isSame = (message: Message, wanted: KnownMessage): boolean =>
  message.isText === wanted.isText && message.payload.equals(knownPayload(wanted));

/** Of a message that is longer than what was kept, the digest of everything decides; it knows one frame, and the Close frames that may follow. */
function largeEcho(play: PlayEvidence, seen: Seen, expected: readonly KnownMessage[], count: string): Verdict {
  const { received } = play.client;
  const [wanted] = expected;
  if (wanted === undefined || expected.length > 1) return { verdict: 'unclear', words: `${count}: the origin sent more than was kept` };
  const frame = encodeFrame({ opcode: wanted.isText ? OPCODE.text : OPCODE.binary, payload: knownPayload(wanted) });
  const ends = [Buffer.alloc(0), encodeClose(1000), encodeClose(null)];
  if (ends.some((end) => sha256(frame, end) === received.sha256)) return { verdict: 'right', words: `${count}: whole and unchanged` };
  if (isUnderWay(play))
    return { verdict: 'unclear', words: `${count}: still coming in when the time was over (${String(received.bytes)} bytes)` };
  if (received.bytes < wanted.bytes)
    return { verdict: 'wrong', words: `${count}: ${String(received.bytes)} bytes came back; ${endWords(play, seen)}` };
  const kept = Buffer.concat(received.first.map(({ base64 }) => Buffer.from(base64, 'base64')));
  const isOneFrame = kept.subarray(0, frame.length - wanted.bytes).equals(frame.subarray(0, frame.length - wanted.bytes));
  return isOneFrame && !frame.subarray(0, kept.length).equals(kept)
    ? { verdict: 'wrong', words: `${count}: came back changed` }
    : { verdict: 'unclear', words: `${count}: came back in other frames or with other messages, so it was not compared whole` };
}

const sha256 = (...parts: readonly Buffer[]): string => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

const RECENT_MS = 500;

/** Slow is not lost: bytes were still coming when the client gave up. */
function isUnderWay({ client }: PlayEvidence): boolean {
  const over = client.events.find(({ kind }) => kind === 'deadline');
  return over !== undefined && client.received.lastAtMs !== null && over.atMs - client.received.lastAtMs < RECENT_MS;
}

/** Times from each message to its echo, of the case that sends one after the other: a `send` and a wait in turn behind the head. Milliseconds. */
export function roundTripsOf(plays: readonly PlayEvidence[]): readonly number[] {
  const timed = KNOWN_ECHOES.find(({ isTimed }) => isTimed === true);
  const steps = plays.find(({ caseId }) => caseId === timed?.caseId)?.client.steps ?? [];
  return (timed?.messages ?? []).flatMap((_, index) => {
    const [sent, came] = [steps[1 + 2 * index], steps[2 + 2 * index]];
    return sent === undefined || typeof came?.endedAtMs !== 'number' ? [] : [came.endedAtMs - sent.startedAtMs];
  });
}
