import { type ClientHttp2Stream, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import { FramedStream } from './framed-stream.ts';
import { holdEcho } from './held-echo.ts';
import { Http2Connection } from './http2-connection.ts';
import type { Attempt, Facts, Opened } from './transport-attempt.ts';

const CLOSE_MS = 250;

/**
 * Opens a WebSocket with extended CONNECT (RFC 8441) where the other end's SETTINGS allow it. Where they do not, a client must not try:
 * an ordinary GET tells that the connection itself works, and its status is the outcome.
 */
export async function openOverHttp2(attempt: Attempt, socket: Socket, untilMs: number): Promise<Opened> {
  const connection = new Http2Connection(socket, attempt.endpoint);
  try {
    const started = await connection.settings(untilMs);
    if (started.kind === 'none') return { outcome: started.outcome, framed: null, words: connection.words, facts: { http2: false } };
    const { enableConnectProtocol = false, maxConcurrentStreams, initialWindowSize } = started.settings;
    const facts: Facts = { http2: true, extendedConnect: enableConnectProtocol };
    if (maxConcurrentStreams !== undefined) facts['maxConcurrentStreams'] = maxConcurrentStreams;
    if (initialWindowSize !== undefined) facts['initialWindowSize'] = initialWindowSize;
    return enableConnectProtocol
      ? await openSocket(attempt, connection, facts, untilMs)
      : await onlyGet(attempt, connection, facts, untilMs);
  } finally {
    connection.destroy();
  }
}

async function onlyGet({ endpoint }: Attempt, connection: Http2Connection, facts: Facts, untilMs: number): Promise<Opened> {
  const startedAtMs = nowMs();
  const answer = await connection.get(endpoint.target, untilMs);
  const words = 'no SETTINGS_ENABLE_CONNECT_PROTOCOL, so no socket was asked for';
  if (answer.kind === 'none') return { outcome: answer.outcome, framed: null, words: `${words}; ${connection.words}`, facts };
  const outcome = { kind: 'rejected', status: answer.status, reason: 'an ordinary GET', elapsedMs: nowMs() - startedAtMs } as const;
  return { outcome, framed: null, words, facts };
}

async function openSocket(attempt: Attempt, connection: Http2Connection, facts: Facts, untilMs: number): Promise<Opened> {
  const startedAtMs = nowMs();
  const besideBefore = await askBeside(attempt, connection, untilMs);
  const answer = await connection.connect(attempt.endpoint.target, untilMs);
  const elapsedMs = nowMs() - startedAtMs;
  if (answer.kind === 'none') return { outcome: answer.outcome, framed: null, words: connection.words, facts };
  // RFC 8441 section 5: a 2xx stands for the 101, and no key was exchanged.
  if (answer.status < 200 || answer.status > 299)
    return { outcome: { kind: 'rejected', status: answer.status, reason: '', elapsedMs }, framed: null, words: connection.words, facts };
  const framed = new FramedStream(answer.stream, attempt.text, Buffer.alloc(0));
  const [{ lastEchoAtMs }, besideOpen] = await Promise.all([
    holdEcho(framed, attempt.end === 'close' ? attempt.holdMs : 0, untilMs),
    askBeside(attempt, connection, untilMs),
  ]);
  const endedByPath = framed.endedAtMs !== null;
  await endSocket(attempt, framed, answer.stream, facts, untilMs);
  const besideAfter = await askBeside(attempt, connection, untilMs);
  if (attempt.beside.length > 0) {
    facts['requestsBeside'] = 3 * attempt.beside.length;
    facts['requestsAnswered'] = besideBefore + besideOpen + besideAfter;
  }
  const { goaway } = connection;
  if (goaway !== null)
    Object.assign(facts, {
      goaway: goaway.code,
      goawayAfterMs: Math.round(goaway.atMs - startedAtMs),
      goawayLastStream: goaway.lastStreamId,
    });
  if (lastEchoAtMs !== null) facts['lastEchoAfterMs'] = Math.round(lastEchoAtMs - startedAtMs);
  if (attempt.holdMs > 0 && attempt.end === 'close') facts['endedByPath'] = endedByPath;
  return { outcome: { kind: 'upgraded', elapsedMs }, framed, words: connection.words, facts };
}

async function endSocket(attempt: Attempt, framed: FramedStream, stream: ClientHttp2Stream, facts: Facts, untilMs: number): Promise<void> {
  if (attempt.end === 'close') {
    await framed.close(Math.min(untilMs, nowMs() + CLOSE_MS));
    stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  facts['resetAtMs'] = nowMs();
  stream.close(constants.NGHTTP2_CANCEL);
  // The connection stays, so that nothing but the reset can have ended the origin's socket in this time.
  await sleep(Math.max(0, Math.min(attempt.holdMs, untilMs - nowMs())));
  facts['leftAtMs'] = nowMs();
}

/** How many of the ordinary requests were answered 200. */
async function askBeside({ beside }: Attempt, connection: Http2Connection, untilMs: number): Promise<number> {
  const answers = await Promise.all(beside.map((target) => connection.get(target, untilMs)));
  return answers.filter((answer) => answer.kind === 'status' && answer.status === 200).length;
}
