import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { OPCODE } from '../wire/frame.ts';
import { parseRequestHead } from '../wire/http-head.ts';
import type { Message } from '../wire/message-assembler.ts';
import { ClientSession } from './client-session.ts';
import { ClientWire, neverConnected } from './client-wire.ts';
import { dial } from './dial.ts';
import type { HandshakeReply, HandshakeRequest } from './protocol.ts';
import { ResponseWatch } from './response-watch.ts';

/** How long an answer that is no 101 is watched for its end. */
const BODY_GRACE_MS = 50;

/** Sends the bytes of one opening handshake as they are and reports, byte for byte, what came of it. */
export async function driveHandshake(request: HandshakeRequest): Promise<HandshakeReply> {
  const deadlineAtMs = nowMs() + request.deadlineMs;
  const dialled = await dial(request.endpoint, deadlineAtMs);
  const noEcho = request.echo === null ? null : { echoed: false, elapsedMs: null };
  if (dialled.kind === 'failed') {
    const { outcome, times } = dialled;
    return { client: neverConnected(times, endOf(outcome)), outcome, echo: noEcho };
  }
  const wire = new ClientWire(dialled.socket, dialled.times);
  const chunks = request.chunks.map(({ base64, delayMs }) => ({ bytes: Buffer.from(base64, 'base64'), delayMs }));
  const head = parseRequestHead(Buffer.concat(chunks.map(({ bytes }) => bytes)));
  const watch = new ResponseWatch(wire, { key: request.key, request: head.kind === 'complete' ? head.head : null });
  const sending = sendChunks(wire, watch, chunks, deadlineAtMs);
  const outcome = await watch.settle(deadlineAtMs);
  const sentAtMs = await sending;
  if (outcome.kind !== 'upgraded') {
    if (outcome.kind === 'rejected') await watch.gatherBody(deadlineAtMs, BODY_GRACE_MS);
    wire.destroy();
    return { client: wire.record(), outcome, echo: noEcho };
  }
  const echo = await exchange(wire, watch.rest, request.echo, { sentAtMs, deadlineAtMs });
  return { client: wire.record(), outcome, echo };
}

/** Sends each chunk after its delay; after an answer other than 101 the rest is not sent. Returns when the last one went. */
async function sendChunks(
  wire: ClientWire,
  watch: ResponseWatch,
  chunks: readonly { readonly bytes: Buffer; readonly delayMs: number }[],
  deadlineAtMs: number,
): Promise<number> {
  const isOver = (): boolean =>
    wire.end !== null || nowMs() >= deadlineAtMs || (watch.outcome !== null && watch.outcome.kind !== 'upgraded');
  for (const { bytes, delayMs } of chunks) {
    if (delayMs > 0) await wire.until(isOver, Math.min(deadlineAtMs, nowMs() + delayMs));
    if (isOver()) break;
    wire.write(bytes);
    // Lets each chunk leave as a segment of its own.
    await sleep(0);
  }
  return nowMs();
}

/** The echo check, where asked for, and the goodbye. */
async function exchange(
  wire: ClientWire,
  early: Buffer,
  echo: HandshakeRequest['echo'],
  { sentAtMs, deadlineAtMs }: { readonly sentAtMs: number; readonly deadlineAtMs: number },
): Promise<HandshakeReply['echo']> {
  let answer: { readonly message: Message; readonly atMs: number } | null = null;
  const hasAnswer = (): boolean => answer !== null;
  const session = new ClientSession(wire, early, (message, atMs) => {
    answer ??= { message, atMs };
  });
  if (echo === null) {
    await session.close();
    return null;
  }
  const startMs = echo.when === 'after-101' ? nowMs() : sentAtMs;
  if (echo.when === 'after-101') session.send(OPCODE.text, Buffer.from(echo.text));
  await wire.until(() => hasAnswer() || wire.end !== null, deadlineAtMs);
  const first = answer as { readonly message: Message; readonly atMs: number } | null;
  await session.close();
  const echoed = first?.message.isText === true && first.message.payload.equals(Buffer.from(echo.text));
  return { echoed, elapsedMs: echoed ? Math.max(0, (first?.atMs ?? startMs) - startMs) : null };
}

function endOf(outcome: HandshakeOutcome): 'reset' | 'fin' | 'local' {
  if (outcome.kind === 'closed') return 'fin';
  const isRefused = outcome.kind === 'connect-failed' && outcome.code === 'ECONNREFUSED';
  return outcome.kind === 'reset' || isRefused ? 'reset' : 'local';
}
