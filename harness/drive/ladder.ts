import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { nowMs } from '../measure/clock.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { OPCODE } from '../wire/frame.ts';
import { hasToken, headerValues, parseResponseHead, type ResponseHead } from '../wire/http-head.ts';
import { ClientWire } from './client-wire.ts';
import { dial } from './dial.ts';
import { startTraffic } from './idle.ts';
import { openSession, upgradeRequest } from './open-session.ts';
import { ownLines } from './own-fields.ts';
import type { Endpoint, LadderReply, LadderRequest, LadderSocket } from './protocol.ts';

type Rung = LadderRequest['sockets'][number];

interface Watch {
  readonly watchMs: number;
  readonly deadlineAtMs: number;
}

/** Holds every rung at once, each in its own kind of quiet, for at most `watchMs`. */
export async function driveLadder({ sockets, watchMs, deadlineMs }: LadderRequest): Promise<LadderReply> {
  const watch = { watchMs, deadlineAtMs: nowMs() + deadlineMs };
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delay.enable();
  const climbed = await Promise.all(sockets.map((rung) => climb(rung, watch)));
  delay.disable();
  const lagMs = Math.max(0, delay.max / 1e6 - LAG_RESOLUTION_MS);
  return { sockets: climbed.map((socket) => ({ ...socket, slackMs: socket.slackMs + lagMs })) };
}

const LAG_RESOLUTION_MS = 10;

function climb(rung: Rung, watch: Watch): Promise<LadderSocket> {
  switch (rung.mode) {
    case 'idle':
    case 'client-to-origin':
    case 'origin-to-client':
    case 'ping':
    case 'busy':
      return holdOpen(rung, watch);
    case 'connect-silent':
    case 'head-unfinished':
    case 'head-unanswered':
      return holdBefore(rung, watch);
    case 'keep-alive-idle':
      return holdKept(rung, watch);
  }
}

const failed = (failure: string, clientPort: number | null): LadderSocket => ({
  startedAtMs: null,
  limitMs: null,
  clientPort,
  end: { kind: 'local', atMs: nowMs() },
  status: null,
  failure,
  slackMs: 0,
});

/** An open WebSocket. Under traffic only its age can end it, so it is counted from the opening; else from the last frame. */
async function holdOpen({ endpoint, mode, intervalMs }: Rung, { watchMs, deadlineAtMs }: Watch): Promise<LadderSocket> {
  const askedAtMs = nowMs();
  const { outcome, localPort, session } = await openSession(endpoint, deadlineAtMs, () => undefined);
  if (session === null) return failed(outcomeLabel(outcome), localPort);
  const startedAtMs = session.lastTrafficAtMs;
  const chatter = Buffer.from('busy');
  const stop =
    mode === 'busy'
      ? every(intervalMs, () => session.wire.end === null && session.send(OPCODE.text, chatter))
      : startTraffic(
          session,
          mode as Exclude<typeof mode, 'busy'> & ('idle' | 'ping' | 'client-to-origin' | 'origin-to-client'),
          intervalMs,
        );
  await session.wire.until(() => session.wire.end !== null, startedAtMs + watchMs);
  stop();
  const end: ConnectionEnd = session.wire.end ?? { kind: 'survived' };
  await session.close();
  return {
    startedAtMs,
    limitMs: lengthOf(end, startedAtMs),
    clientPort: localPort,
    end,
    status: null,
    failure: null,
    slackMs: startedAtMs - askedAtMs,
  };
}

/** A connection that has not got as far as an answer. */
async function holdBefore({ endpoint, mode, intervalMs }: Rung, { watchMs, deadlineAtMs }: Watch): Promise<LadderSocket> {
  const opened = await open(endpoint, deadlineAtMs);
  if ('failure' in opened) return opened;
  const { wire, clientPort } = opened;
  const answer = new Answer(wire);
  const startedAtMs = nowMs();
  if (mode === 'head-unanswered') wire.write(upgradeRequest(endpoint, randomBytes(16).toString('base64')));
  if (mode === 'head-unfinished')
    wire.write(Buffer.from([`GET ${endpoint.target} HTTP/1.1`, ...ownLines(endpoint), 'X-Unfinished: '].join('\r\n'), 'latin1'));
  const drip = Buffer.from('a');
  const stop = mode === 'head-unfinished' ? every(intervalMs, () => wire.end === null && wire.write(drip)) : () => undefined;
  await wire.until(() => answer.firstAtMs !== null || wire.end !== null, startedAtMs + watchMs);
  stop();
  const { firstAtMs } = answer;
  // An answer such as 408 is followed by the end of the connection, unless it is kept for another request.
  if (firstAtMs !== null) await wire.until(() => answer.head !== null && wire.end !== null, nowMs() + AFTER_ANSWER_MS);
  const end: ConnectionEnd = wire.end ?? { kind: 'survived' };
  const limitMs = firstAtMs === null ? lengthOf(end, startedAtMs) : firstAtMs - startedAtMs;
  wire.destroy();
  return {
    startedAtMs,
    limitMs,
    clientPort,
    end,
    status: answer.head?.status ?? null,
    failure: null,
    slackMs: startedAtMs - wire.times.startedAtMs,
  };
}

const AFTER_ANSWER_MS = 50;

/** A connection after an answered plain request: watched until it ends, or asked a second time. */
async function holdKept({ endpoint, reuseAfterMs }: Rung, { watchMs, deadlineAtMs }: Watch): Promise<LadderSocket> {
  const opened = await open(endpoint, deadlineAtMs);
  if ('failure' in opened) return opened;
  const { wire, clientPort } = opened;
  const request = Buffer.from([`GET ${endpoint.target} HTTP/1.1`, ...ownLines(endpoint), '', ''].join('\r\n'), 'latin1');
  const first = new Answer(wire);
  const askedAtMs = nowMs();
  wire.write(request);
  await wire.until(() => first.isWhole || wire.end !== null, deadlineAtMs);
  if (!first.isWhole) {
    wire.destroy();
    return failed(first.head === null ? 'no-answer' : String(first.head.status), clientPort);
  }
  if (first.head !== null && hasToken(first.head, 'Connection', 'close')) {
    wire.destroy();
    return failed('not-kept', clientPort);
  }
  const startedAtMs = nowMs();
  await wire.until(() => wire.end !== null, startedAtMs + (reuseAfterMs ?? watchMs));
  let status: number | null = null;
  let limitMs = lengthOf(wire.end ?? { kind: 'survived' }, startedAtMs);
  if (reuseAfterMs !== null && wire.end === null) {
    const second = new Answer(wire);
    limitMs = nowMs() - startedAtMs;
    wire.write(request);
    await wire.until(() => second.isWhole || wire.end !== null, nowMs() + REUSE_WAIT_MS);
    status = second.head?.status ?? null;
  }
  const end: ConnectionEnd = wire.end ?? { kind: 'survived' };
  wire.destroy();
  return { startedAtMs, limitMs, clientPort, end, status, failure: null, slackMs: startedAtMs - askedAtMs };
}

const REUSE_WAIT_MS = 1500;

/** TCP, and TLS where the endpoint has it. */
async function open(
  endpoint: Endpoint,
  deadlineAtMs: number,
): Promise<(LadderSocket & { readonly failure: string }) | { readonly wire: ClientWire; readonly clientPort: number | null }> {
  const dialled = await dial(endpoint, deadlineAtMs);
  const clientPort = dialled.times.localPort;
  if (dialled.kind === 'failed') return { ...failed(outcomeLabel(dialled.outcome), clientPort), failure: outcomeLabel(dialled.outcome) };
  return { wire: new ClientWire(dialled.socket, dialled.times), clientPort };
}

/** The next answer on a wire, as far as it has come. */
class Answer {
  firstAtMs: number | null = null;
  head: ResponseHead | null = null;
  isWhole = false;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(wire: ClientWire) {
    wire.read((chunk) => this.#push(chunk));
  }

  #push(chunk: Buffer): void {
    this.firstAtMs ??= nowMs();
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.head === null) {
      const read = parseResponseHead(this.#bytes);
      if (read.kind !== 'complete') return;
      this.head = read.head;
      this.#bytes = this.#bytes.subarray(read.head.byteLength);
    }
    const length = Number(headerValues(this.head, 'Content-Length')[0] ?? NaN);
    const isChunkedEnd =
      headerValues(this.head, 'Transfer-Encoding').length > 0 && this.#bytes.subarray(-5).toString('latin1') === '0\r\n\r\n';
    this.isWhole = this.#bytes.length >= length || isChunkedEnd;
  }
}

const lengthOf = (end: ConnectionEnd, startedAtMs: number): number | null =>
  end.kind === 'survived' || end.kind === 'local' ? null : Math.max(0, end.atMs - startedAtMs);

function every(intervalMs: number, run: () => unknown): () => void {
  const timer = setInterval(run, intervalMs);
  return () => clearInterval(timer);
}
