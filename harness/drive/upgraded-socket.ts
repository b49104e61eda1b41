import type { Socket } from 'node:net';
import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { ResponseHeadReader } from '../play/head-reader.ts';
import { judgeResponse } from '../wire/handshake.ts';
import { FramedStream } from './framed-stream.ts';
import { holdEcho } from './held-echo.ts';
import { ownLines } from './own-fields.ts';
import type { Attempt, Opened } from './transport-attempt.ts';

const CLOSE_MS = 250;

/** Opens a WebSocket with the HTTP/1.1 upgrade over a connection that is there, echoes over it and closes it. */
export async function openByUpgrade(attempt: Attempt, socket: Socket, untilMs: number): Promise<Opened> {
  const lines = [
    ...ownLines(attempt.endpoint),
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${attempt.key}`,
    'Sec-WebSocket-Version: 13',
  ];
  const startedAtMs = nowMs();
  const answer = answerOf(socket, untilMs);
  socket.write([`GET ${attempt.endpoint.target} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  const { reader, rest, end } = await answer;
  const elapsedMs = nowMs() - startedAtMs;
  const outcome = outcomeOf(reader, end, attempt.key, elapsedMs);
  if (outcome.kind !== 'upgraded') return { outcome, framed: null, words: reader.fault ?? '', facts: {} };
  const framed = new FramedStream(socket, attempt.text, rest);
  socket.resume();
  await holdEcho(framed, attempt.holdMs, untilMs);
  await framed.close(Math.min(untilMs, nowMs() + CLOSE_MS));
  return { outcome, framed, words: '', facts: {} };
}

type End = 'closed' | 'reset' | 'timeout' | null;

/** Reads until the answer's head is whole, or says why it never was. */
function answerOf(
  socket: Socket,
  untilMs: number,
): Promise<{ readonly reader: ResponseHeadReader; readonly rest: Buffer; readonly end: End }> {
  return new Promise((resolve) => {
    const reader = new ResponseHeadReader();
    const finish = (end: End, rest: Buffer = Buffer.alloc(0)): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      // Bytes wait until somebody reads again; an error that comes later must find a listener.
      socket.pause().on('error', () => undefined);
      resolve({ reader, rest, end });
    };
    const onData = (chunk: Buffer): void => {
      const rest = reader.push(chunk, nowMs());
      if (rest !== null || reader.fault !== null) finish(null, rest ?? undefined);
    };
    const onEnd = (): void => finish('closed');
    const onError = (error: Error & { readonly code?: string }): void => finish(error.code === 'ECONNRESET' ? 'reset' : 'closed');
    const timer = setTimeout(() => finish('timeout'), Math.max(0, untilMs - nowMs()));
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}

function outcomeOf(reader: ResponseHeadReader, end: End, key: string, elapsedMs: number): HandshakeOutcome {
  if (reader.head !== null) return { ...judgeResponse(reader.head, key), elapsedMs };
  if (reader.fault !== null) return { kind: 'malformed-response', detail: reader.fault, elapsedMs };
  if (end === 'reset') return { kind: 'reset', afterMs: elapsedMs };
  if (end === 'closed') return { kind: 'closed', afterMs: elapsedMs };
  return { kind: 'timeout', waitedMs: elapsedMs, waitingFor: 'response' };
}
