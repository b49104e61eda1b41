import { ORIGIN_STREAMS } from '../../harness/model/origin-protocol.ts';
import { hasToken, type Header, type RequestHead } from '../../harness/wire/http-head.ts';
import { nowMs } from './clock.ts';
import { pathOf } from './plain-http.ts';

/** An answer that comes in parts: a stream of events, or a long poll that waits for its only one. */
export interface StreamedAnswer {
  readonly headers: readonly Header[];
  /** When the head goes, from the request on. */
  readonly headAfterMs: number;
  /** Each goes out by itself; `text` is called when it does, because it says when that was. */
  readonly parts: readonly { readonly afterMs: number; readonly text: () => string }[];
  readonly endAfterMs: number;
  /** HTTP/1.0 knows no chunks: there the end of the connection is the end of the body. */
  readonly isChunked: boolean;
  readonly isLast: boolean;
}

const MOST_EVENTS = 1000;
const LONGEST_MS = 60_000;

/**
 * What a GET of a stream gets; null for anything else. `/events?n=5&every=30` is a stream of server-sent events (WHATWG HTML section 9.2), with
 * `&unbuffered=1` one that asks proxies not to hold it; `/poll?after=120` answers once, that much later. Both are below
 * `/page` as well, where configs that let only known pages pass let them.
 */
export function streamedAnswer(head: RequestHead): StreamedAnswer | null {
  const path = pathOf(head.target).replace(/^\/page(?=\/)/, '');
  if (head.method !== 'GET' || (path !== ORIGIN_STREAMS.events && path !== ORIGIN_STREAMS.poll)) return null;
  const query = new URLSearchParams(head.target.split('?')[1] ?? '');
  const number = (name: string, most: number): number => Math.min(most, Math.max(0, Math.trunc(Number(query.get(name)) || 0)));
  const isChunked = head.version !== 'HTTP/1.0';
  const isLast = !isChunked || hasToken(head, 'Connection', 'close');
  const said = (n: number): string => JSON.stringify({ n, sentAtMs: nowMs() });
  const headers = [{ name: 'Cache-Control', value: 'no-cache' }];
  if (path === ORIGIN_STREAMS.poll) {
    const afterMs = number('after', LONGEST_MS);
    const parts = [{ afterMs, text: () => `${said(1)}\n` }];
    return {
      headers: [...headers, { name: 'Content-Type', value: 'application/json' }],
      headAfterMs: afterMs,
      parts,
      endAfterMs: afterMs,
      isChunked,
      isLast,
    };
  }
  const every = number('every', LONGEST_MS);
  const events = Array.from({ length: number('n', MOST_EVENTS) }, (_, index) => index + 1);
  const unbuffered = query.get('unbuffered') === '1' ? [{ name: 'X-Accel-Buffering', value: 'no' }] : [];
  return {
    headers: [...headers, { name: 'Content-Type', value: 'text/event-stream' }, ...unbuffered],
    headAfterMs: 0,
    parts: events.map((n) => ({ afterMs: (n - 1) * every, text: () => `id: ${n}\ndata: ${said(n)}\n\n` })),
    endAfterMs: events.length * every,
    isChunked,
    isLast,
  };
}

/** Where the parts of an answer go. */
interface StreamSink {
  head(): void;
  part(text: string): void;
  end(): void;
}

/** Sends an answer, each part when it is due. Gives a function that stops it. */
export function playStream({ headAfterMs, parts, endAfterMs }: StreamedAnswer, sink: StreamSink): () => void {
  const steps = [
    { afterMs: headAfterMs, act: () => sink.head() },
    ...parts.map(({ afterMs, text }) => ({ afterMs, act: () => sink.part(text()) })),
    { afterMs: endAfterMs, act: () => sink.end() },
  ];
  const startedAtMs = nowMs();
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  // One timer at a time: on a busy machine timers of different durations do not fire in the order in which they are due.
  const wait = (index: number): void => {
    const step = steps[index];
    if (step === undefined || isStopped) return;
    timer = setTimeout(
      () => {
        step.act();
        wait(index + 1);
      },
      Math.max(0, startedAtMs + step.afterMs - nowMs()),
    );
  };
  wait(0);
  return () => {
    isStopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}

/** The head and the chunks of an answer as bytes (RFC 9112 section 7.1). */
export const encodeStreamHead = ({ headers, isChunked, isLast }: StreamedAnswer): Buffer => {
  const fields = headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  const framing = isChunked ? 'Transfer-Encoding: chunked\r\n' : '';
  return Buffer.from(`HTTP/1.1 200 OK\r\n${fields}${framing}Connection: ${isLast ? 'close' : 'keep-alive'}\r\n\r\n`, 'latin1');
};

export const encodeStreamPart = (text: string, { isChunked }: StreamedAnswer): Buffer =>
  Buffer.from(isChunked ? `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n` : text);

export const encodeStreamEnd = (): Buffer => Buffer.from('0\r\n\r\n');
