import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, type BarrierOptions, barrierError, interrupted, onLines, type Released, send } from './barrier-lines.ts';

/** Between two attempts to reach shard 0, which may not be up yet. */
const RETRY_MS = 250;

type Attempt = { readonly kind: 'released'; readonly released: Released } | { readonly kind: 'lost'; readonly because: string };

/**
 * Every other shard: goes to shard 0, which may come later, and waits there for the word to go. Throws DRIVE_ERR_BARRIER when it is refused, or not let go in time;
 * RUN_ERR_INTERRUPTED.
 */
export async function joinBarrier(options: BarrierOptions): Promise<Released> {
  const { host, port, timeoutMs, signal } = options;
  const startedAt = performance.now();
  // Shard 0 says who is missing when its time is over: it is given the time to say so.
  const deadline = AbortSignal.timeout(timeoutMs + RETRY_MS * 4);
  let last = 'no answer';
  while (!deadline.aborted && !signal.aborted) {
    const attempt = await attemptOnce(options, startedAt, AbortSignal.any([deadline, signal]));
    if (attempt.kind === 'released') return attempt.released;
    last = attempt.because;
    await sleep(RETRY_MS, undefined, { signal: AbortSignal.any([deadline, signal]) }).catch(() => undefined);
  }
  if (signal.aborted) throw interrupted();
  throw barrierError(`expected shard 0 to let all drivers go at ${host}:${String(port)} within ${String(timeoutMs)} ms, got: ${last}`);
}

function attemptOnce({ host, port, runId, shard }: BarrierOptions, startedAt: number, signal: AbortSignal): Promise<Attempt> {
  const { promise, resolve, reject } = Promise.withResolvers<Attempt>();
  const socket = connect({ host, port, noDelay: true });
  let helloAt = 0;
  let roundTripMs: number | null = null;
  let because = 'the connection was closed';
  const abort = (): void => {
    because = roundTripMs === null ? 'no answer' : 'shard 0 still waits for others';
    socket.destroy();
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => {
    helloAt = performance.now();
    send(socket, { hopscopeBarrier: 1, runId, shard });
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    because = error.code ?? error.message;
  });
  socket.once('close', () => {
    signal.removeEventListener('abort', abort);
    resolve({ kind: 'lost', because });
  });
  onLines(socket, (value) => {
    const answer = answerOf(value);
    const now = performance.now();
    if (answer?.kind === 'welcome') {
      roundTripMs ??= now - helloAt;
      return;
    }
    const tripMs = roundTripMs ?? now - helloAt;
    if (answer?.kind === 'go') {
      // The word was on its way for about half a round trip.
      const startInMs = Math.max(0, answer.inMs - tripMs / 2);
      resolve({ kind: 'released', released: { startInMs, roundTripMs: rounded(tripMs), waitedMs: Math.round(now - startedAt) } });
    } else {
      const words = answer?.kind === 'refused' ? answer.because : 'a line that is no answer of a barrier';
      reject(barrierError(`shard ${String(shard.index)} was refused at ${host}:${String(port)}: ${words}`));
    }
    socket.destroy();
  });
  return promise;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
