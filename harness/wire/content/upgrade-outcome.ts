import type { UpgradeOutcome } from '../../model/content-analysis.ts';
import { headerValues, type RequestHead, type ResponseHead } from '../http-head.ts';
import { judgeRequest, judgeResponse } from '../handshake.ts';
import { bounded } from '../redact.ts';
import type { StreamDirection } from '../tcp/label.ts';
import type { ContentNote, ExchangeDraft, ResponseDraft } from './content-facts.ts';

/** A FIN or RST of the stream; `afterMs`: since the request. */
export interface EndingAfter {
  readonly kind: 'fin' | 'rst';
  readonly from: StreamDirection;
  readonly afterMs: number;
}

export interface JudgedUpgrade {
  readonly outcome: UpgradeOutcome;
  /** One clause with its subject, without a full stop. */
  readonly because: string;
  /** From the request to what ended the attempt; null when nothing did. */
  readonly elapsedMs: number | null;
}

/**
 * How an opening handshake ended. Accepted is only a 101 that a strict client takes (RFC 6455 section 4.1), or over HTTP/2 a 2xx (RFC 8441 section 5). A 101
 * to a request without a key is not: no accept value can be right for it. `endings`: what came after the request, in order.
 */
export function judgeUpgrade(exchange: ExchangeDraft, endings: readonly EndingAfter[], notes: readonly ContentNote[]): JudgedUpgrade {
  const { response } = exchange;
  if (response === null) return judgeUnanswered(exchange, endings, notes);
  const elapsedMs = (response.timeNs - exchange.timeNs) / 1e6;
  const answered = `the answer is ${`${String(response.status)} ${bounded(response.reason, 80)}`.trimEnd()}`;
  if (exchange.protocol === 'HTTP/2') {
    const isAccepted = exchange.method === 'CONNECT' && response.status >= 200 && response.status < 300;
    return { outcome: isAccepted ? 'accepted' : 'refused', because: answered, elapsedMs };
  }
  if (response.status === 101) return { ...judge101(exchange, response), elapsedMs };
  const fault = exchange.isCut === true ? null : judgeRequest(requestHead(exchange));
  const because = fault === null ? answered : `${answered}; the request itself is not right: ${bounded(fault.refusal, 160)}`;
  return { outcome: 'refused', because, elapsedMs };
}

function judge101(exchange: ExchangeDraft, response: ResponseDraft): Omit<JudgedUpgrade, 'elapsedMs'> {
  const keys = headerValues(exchange, 'Sec-WebSocket-Key');
  const [key] = keys;
  const judgement = judgeResponse(responseHead(exchange, response), key ?? null, requestHead(exchange));
  if (judgement.kind === 'upgraded' && keys.length === 1) {
    return { outcome: 'accepted', because: 'the answer is a 101 with the right Sec-WebSocket-Accept' };
  }
  if (response.isCut === true || exchange.isCut === true) {
    return { outcome: 'unreadable', because: 'the answer is a 101, but the capture does not have all of both heads' };
  }
  return { outcome: 'wrong-accept', because: `the answer is ${faultOf101(judgement, keys.length)}` };
}

function faultOf101(judgement: ReturnType<typeof judgeResponse>, keys: number): string {
  if (judgement.kind === 'malformed-response') return `a ${bounded(judgement.detail, 160)}`;
  if (keys !== 1) return `a 101, but the request has ${keys === 0 ? 'no' : 'more than one'} Sec-WebSocket-Key that it could be right for`;
  if (judgement.kind !== 'wrong-accept' || judgement.received === null) return 'a 101 without Sec-WebSocket-Accept';
  return `a 101 with Sec-WebSocket-Accept: ${bounded(judgement.received, 80)}, expected ${judgement.expected}`;
}

function judgeUnanswered(exchange: ExchangeDraft, endings: readonly EndingAfter[], notes: readonly ContentNote[]): JudgedUpgrade {
  const client = exchange.from;
  if (exchange.reset !== undefined) return judgeStreamReset(exchange, exchange.reset);
  const note = notes.find(({ kind, from, frame }) => kind === 'unreadable' && from !== client && frame >= exchange.frame);
  if (note !== undefined) return { outcome: 'unreadable', because: `the answer could not be read: ${note.because}`, elapsedMs: null };
  const [ending] = endings;
  if (ending === undefined) return { outcome: 'no-answer', because: 'the capture ends before an answer', elapsedMs: null };
  const did = ending.kind === 'rst' ? 'reset the connection' : 'closed the connection';
  const elapsedMs = ending.afterMs;
  const after = `${elapsedMs.toFixed(elapsedMs < 10 ? 2 : 0)} ms after the request`;
  if (ending.from === client) return { outcome: 'no-answer', because: `the client ${did} ${after}, before an answer`, elapsedMs };
  return { outcome: ending.kind === 'rst' ? 'reset' : 'closed', because: `the server ${did} ${after}, without an answer`, elapsedMs };
}

/** HTTP/2: one stream of the connection is reset instead of answered. */
function judgeStreamReset({ from, timeNs }: ExchangeDraft, reset: NonNullable<ExchangeDraft['reset']>): JudgedUpgrade {
  const elapsedMs = (reset.timeNs - timeNs) / 1e6;
  const by = reset.from === from ? 'client' : 'server';
  const because = `the ${by} reset the stream with ${bounded(reset.error, 80)} instead of an answer`;
  return { outcome: by === 'client' ? 'no-answer' : 'reset', because, elapsedMs };
}

const requestHead = ({ method, target, headers, protocol }: ExchangeDraft): RequestHead => ({
  method,
  target,
  version: protocol,
  headers,
  byteLength: 0,
});

const responseHead = ({ protocol }: ExchangeDraft, { status, reason, headers, version }: ResponseDraft): ResponseHead => ({
  version: version ?? protocol,
  status,
  reason,
  headers,
  byteLength: 0,
});
