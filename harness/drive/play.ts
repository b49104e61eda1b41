import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { RequestHeadReader, ResponseHeadReader } from '../play/head-reader.ts';
import { afterRunning } from '../play/own-stalls.ts';
import { PlayScript } from '../play/play-script.ts';
import { PlayWire } from '../play/play-wire.ts';
import { judgeResponse } from '../wire/handshake.ts';
import { headerValues, parseRequestHead } from '../wire/http-head.ts';
import { dial, type DialTimes } from './dial.ts';
import type { PlayReply, PlayRequest } from './protocol.ts';

type Play = PlayRequest['plays'][number];
type Played = PlayReply['plays'][number];
type ClientPlayWire = PlayWire<RequestHeadReader, ResponseHeadReader>;

/** After so many handshakes without an answer a path is not given the full deadline any more. */
const PATIENCE = 2;
/** How long a script waits on after an answer other than 101, and for the body of such an answer. */
const REFUSED_PATIENCE_MS = 100;
/** How long the other end has to answer the FIN of a client whose script is over. */
const GOODBYE_MS = 250;

/** Drives every play, `atOnce` at a time. Never rejects for what a path does. */
export async function drivePlays({ plays, atOnce, deadlineMs }: PlayRequest): Promise<PlayReply> {
  const deadlineAtMs = nowMs() + deadlineMs;
  const played: Played[] = [];
  const unanswered = new Map<string, number>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next; index < plays.length; index = next) {
      next += 1;
      const play = plays[index];
      if (play === undefined) continue;
      const path = `${play.endpoint.host}:${play.endpoint.port}`;
      const patienceMs = (unanswered.get(path) ?? 0) < PATIENCE ? play.deadlineMs : play.deadlineMs / 4;
      const one = await drivePlay(play, Math.min(deadlineAtMs, nowMs() + patienceMs));
      if (one.outcome.kind === 'timeout') unanswered.set(path, (unanswered.get(path) ?? 0) + 1);
      played[index] = one;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, plays.length) }, work));
  return { plays: played };
}

async function drivePlay(play: Play, deadlineAtMs: number): Promise<Played> {
  const dialled = await dial(play.endpoint, deadlineAtMs);
  const { times } = dialled;
  if (dialled.kind === 'failed') return { client: neverPlayed(times, dialled.outcome), outcome: dialled.outcome };
  const heads = { sent: new RequestHeadReader(), received: new ResponseHeadReader() };
  const { startedAtMs, connectedAtMs, localPort: port } = times;
  const wire: ClientPlayWire = new PlayWire(dialled.socket, heads, { startedAtMs, connectedAtMs, port, remoteAddress: null }, dialled.raw);
  const callOff = afterRunning(Math.max(0, deadlineAtMs - nowMs()), () => wire.expire());
  const script = new PlayScript(wire, play.steps, {
    own: () =>
      wire
        .until(() => heads.received.head !== null || heads.received.fault !== null || wire.isDeaf)
        .then(() => heads.received.head !== null),
    patienceUntilMs: () => (isRefused(wire) ? (heads.received.atMs ?? 0) + REFUSED_PATIENCE_MS : Number.POSITIVE_INFINITY),
  });
  if (await sendHead(wire, play)) await script.run();
  await sayGoodbye(wire);
  callOff();
  return { client: script.record(), outcome: outcomeOf(wire, play.key) };
}

const isRefused = ({ heads: { received } }: ClientPlayWire): boolean =>
  received.fault !== null || (received.head !== null && received.head.status !== 101);

async function sendHead(wire: ClientPlayWire, { head }: Play): Promise<boolean> {
  for (const { base64, delayMs } of head) {
    if (delayMs > 0) await wire.until(() => wire.isDeaf || isRefused(wire), nowMs() + delayMs);
    if (isRefused(wire)) return true;
    if (!(await wire.write(Buffer.from(base64, 'base64')))) return false;
    // Lets each write leave as a segment of its own.
    if (head.length > 1) await sleep(0);
  }
  return true;
}

/** When the script is over: waits for the answer to the handshake, ends the own direction, and waits for the end of the other. */
async function sayGoodbye(wire: ClientPlayWire): Promise<void> {
  const { received } = wire.heads;
  wire.resume();
  await wire.until(() => received.head !== null || received.fault !== null || wire.isDeaf || wire.isMute);
  if (isRefused(wire)) await wire.until(() => wire.isDeaf || isBodyWhole(wire), nowMs() + REFUSED_PATIENCE_MS);
  await wire.finish();
  await wire.until(() => wire.isDeaf, nowMs() + GOODBYE_MS);
  wire.destroy();
}

function isBodyWhole(wire: ClientPlayWire): boolean {
  const { head } = wire.heads.received;
  const [length] = head === null ? [] : headerValues(head, 'Content-Length');
  return length !== undefined && wire.receivedBytes >= Number(length);
}

function outcomeOf(wire: ClientPlayWire, key: string | null): HandshakeOutcome {
  const { startedAtMs } = wire.start;
  const { received, sent } = wire.heads;
  const elapsedMs = (received.atMs ?? startedAtMs) - startedAtMs;
  if (received.fault !== null) return { kind: 'malformed-response', detail: received.fault, elapsedMs };
  if (received.head !== null) {
    const request = sent.bytes === null ? null : parseRequestHead(sent.bytes);
    return { ...judgeResponse(received.head, key, request?.kind === 'complete' ? request.head : null), elapsedMs };
  }
  const end = wire.firstOf('fin-came', 'reset-came');
  if (end === null) return { kind: 'timeout', waitedMs: nowMs() - startedAtMs, waitingFor: 'response' };
  const afterMs = end.atMs - startedAtMs;
  if (end.kind === 'reset-came') return { kind: 'reset', afterMs };
  return received.isWithinHead
    ? { kind: 'malformed-response', detail: 'the connection ended within the head', elapsedMs: afterMs }
    : { kind: 'closed', afterMs };
}

/** What is recorded of a play that never had a connection. A refused connect was a reset from the network. */
function neverPlayed(times: DialTimes, outcome: HandshakeOutcome): Played['client'] {
  const nothing = { bytes: 0, sha256: EMPTY_SHA256, first: [], firstAtMs: null, lastAtMs: null };
  const isReset = outcome.kind === 'reset' || (outcome.kind === 'connect-failed' && outcome.code === 'ECONNREFUSED');
  const kind = outcome.kind === 'closed' ? 'fin' : isReset ? 'reset' : 'local';
  return {
    startedAtMs: times.startedAtMs,
    connectedAtMs: times.connectedAtMs,
    port: times.localPort,
    remoteAddress: null,
    receivedHeadBase64: null,
    receivedBeforeHead: [],
    sent: nothing,
    received: nothing,
    steps: [],
    end: { kind, atMs: nowMs() },
    events: [],
  };
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
