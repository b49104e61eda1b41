import { nowMs } from '../measure/clock.ts';
import type { IdleMode, MessageAfterHold } from '../model/evidence.ts';
import { ORIGIN_COMMANDS } from '../model/origin-protocol.ts';
import { OPCODE } from '../wire/frame.ts';
import type { ClientSession } from './client-session.ts';
import { openSession } from './open-session.ts';
import type { IdleReply, IdleRequest } from './protocol.ts';

const AFTER_HOLD = Buffer.from('hopscope still here');

/**
 * Opens every socket at once (`deadlineMs` for that), holds each for `holdMs` from its opening, and reports how it ended. Over one that
 * lives a message is sent then: a flow that was forgotten on the way looks open at both ends until somebody speaks.
 */
export async function driveIdle(request: IdleRequest): Promise<IdleReply> {
  const deadlineAtMs = nowMs() + request.deadlineMs;
  return { sockets: await Promise.all(request.sockets.map((socket) => holdSocket(socket, request, deadlineAtMs))) };
}

type SocketRequest = IdleRequest['sockets'][number];
type SocketReply = IdleReply['sockets'][number];

async function holdSocket(
  { endpoint, mode, intervalMs }: SocketRequest,
  { holdMs, answerMs, afterHold: how }: IdleRequest,
  deadlineAtMs: number,
): Promise<SocketReply> {
  let answeredAtMs: number | null = null;
  const { outcome, localPort, session } = await openSession(endpoint, deadlineAtMs, ({ payload }, atMs) => {
    if (payload.equals(AFTER_HOLD)) answeredAtMs ??= atMs;
  });
  if (session === null) {
    const end = { kind: 'local' as const, atMs: nowMs() };
    return { outcome, openedAtMs: null, lastTrafficAtMs: null, clientPort: localPort, end, afterHold: null };
  }
  const openedAtMs = session.lastTrafficAtMs;
  const stop = startTraffic(session, mode, intervalMs);
  await session.wire.until(() => session.wire.end !== null, openedAtMs + holdMs);
  stop();
  const { lastTrafficAtMs } = session;
  const end = session.wire.end ?? { kind: 'survived' as const };
  const asking = how === 'ping' ? pinged(session) : { opcode: OPCODE.text, answeredAtMs: (): number | null => answeredAtMs };
  const afterHold = end.kind === 'survived' ? await speak(session, answerMs, asking) : null;
  if (afterHold?.end.kind === 'survived' && afterHold.answeredAtMs === null) session.wire.abort();
  else await session.close();
  return { outcome, openedAtMs, lastTrafficAtMs, clientPort: localPort, end, afterHold };
}

interface Asking {
  readonly opcode: number;
  answeredAtMs(): number | null;
}

/** A session tells of no Pong but by the time of its last traffic, which our own Ping moves too. */
function pinged(session: ClientSession): Asking {
  let sentAtMs: number | null = null;
  return {
    opcode: OPCODE.ping,
    answeredAtMs() {
      sentAtMs ??= session.lastTrafficAtMs;
      return session.lastTrafficAtMs > sentAtMs ? session.lastTrafficAtMs : null;
    },
  };
}

async function speak(session: ClientSession, answerMs: number, asking: Asking): Promise<MessageAfterHold> {
  const sentAtMs = nowMs();
  session.send(asking.opcode, AFTER_HOLD);
  await session.wire.until(() => asking.answeredAtMs() !== null || session.wire.end !== null, sentAtMs + answerMs);
  return {
    sentAtMs,
    answeredAtMs: asking.answeredAtMs(),
    waitedMs: nowMs() - sentAtMs,
    end: session.wire.end ?? { kind: 'survived' },
  };
}

/** Begins the traffic of a mode; gives what stops it. */
export function startTraffic(session: ClientSession, mode: IdleMode, intervalMs: number): () => void {
  switch (mode) {
    case 'idle':
      return () => undefined;
    case 'origin-to-client':
      session.send(OPCODE.text, Buffer.from(`${ORIGIN_COMMANDS.sendEvery} ${intervalMs}`));
      return () => undefined;
    // RFC 6455 section 5.5.3: an unsolicited Pong needs no answer, so nothing comes back.
    case 'client-to-origin':
      return repeat(session, OPCODE.pong, intervalMs);
    case 'ping':
      return repeat(session, OPCODE.ping, intervalMs);
  }
}

function repeat(session: ClientSession, opcode: number, intervalMs: number): () => void {
  const timer = setInterval(() => {
    if (session.wire.end === null) session.send(opcode, Buffer.from('keep'));
  }, intervalMs);
  return () => clearInterval(timer);
}
