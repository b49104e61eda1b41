import { type Header, headerValues } from '../../http-head.ts';
import type { StreamDirection } from '../../tcp/label.ts';
import type { ContentFacts, ExchangeDraft, ResponseDraft } from '../content-facts.ts';
import type { ByteOrigin } from '../conversation.ts';
import { EarlyBytes } from '../early-bytes.ts';
import { isWebSocketAttempt } from '../websocket-attempt.ts';
import { WebSocketConversation } from '../websocket-conversation.ts';

const MAX_EARLY = 16_384;
const BODY_START = 200;

/** The first value of a pseudo-header or header, by its name in lower case. */
export const fieldOf = (fields: readonly Header[], name: string): string | null =>
  fields.find((field) => field.name === name)?.value ?? null;

/**
 * RFC 8441 section 4, or what a proxy makes of an HTTP/1.1 upgrade that it does not understand: a request with the headers of one.
 * Headers are as they came, pseudo-headers first; `:authority` is there a second time, at the end and as `host`, unless there is one.
 */
export function exchangeOfFields(fields: readonly Header[], from: StreamDirection, { frame, timeNs }: ByteOrigin): ExchangeDraft | null {
  const method = fieldOf(fields, ':method');
  if (method === null) return null;
  const authority = fieldOf(fields, ':authority');
  const headers = authority === null || fieldOf(fields, 'host') !== null ? fields : [...fields, { name: 'host', value: authority }];
  const target = fieldOf(fields, ':path') ?? authority ?? '';
  const isUpgrade = isExtendedConnect(fields) || isWebSocketAttempt({ headers });
  return { protocol: 'HTTP/2', from, frame, timeNs, method, target, headers, isUpgrade, response: null };
}

/** RFC 8441 section 5: a CONNECT whose `:protocol` is websocket. */
export const isExtendedConnect = (fields: readonly Header[]): boolean =>
  fieldOf(fields, ':method') === 'CONNECT' && fieldOf(fields, ':protocol')?.toLowerCase() === 'websocket';

/** One HTTP/2 stream: a request with its answer, and the WebSocket connection that an extended CONNECT may become. */
export class Http2Stream {
  /** Null when no more exchanges are kept. */
  readonly exchange: ExchangeDraft | null;
  readonly #asksWebSocket: boolean;
  readonly #early = new EarlyBytes(MAX_EARLY);
  #response: ResponseDraft | null = null;
  #webSocket: WebSocketConversation | null = null;
  readonly #hasEnded: [boolean, boolean] = [false, false];

  constructor(exchange: ExchangeDraft | null, asksWebSocket: boolean) {
    this.exchange = exchange;
    this.#asksWebSocket = asksWebSocket;
  }

  get isWebSocket(): boolean {
    return this.#webSocket !== null;
  }

  get isAnswered(): boolean {
    return this.#response !== null;
  }

  /** Returns whether this is the answer: not an interim one, nor trailers. */
  answer(facts: ContentFacts, fields: readonly Header[], client: StreamDirection, { frame, timeNs }: ByteOrigin): boolean {
    const status = Number(fieldOf(fields, ':status') ?? '0');
    if (this.#response !== null || !Number.isInteger(status) || status < 200 || status > 999) return false;
    this.#response = { frame, timeNs, status, reason: '', headers: fields, bodyStart: '' };
    if (this.exchange !== null) this.exchange.response = this.#response;
    if (!this.#asksWebSocket || status > 299) {
      this.#early.clear();
      return true;
    }
    const agreed = (name: string): string | null => headerValues({ headers: fields }, name).join(', ') || null;
    this.#webSocket = new WebSocketConversation(facts, {
      extensions: agreed('sec-websocket-extensions'),
      subprotocol: agreed('sec-websocket-protocol'),
    });
    this.#early.replay(client, this.#webSocket);
    return true;
  }

  wantsData(isClient: boolean): boolean {
    if (this.#webSocket !== null) return true;
    if (isClient) return this.#asksWebSocket && this.#response === null;
    return this.exchange !== null && this.#response !== null && this.#response.bodyStart.length < BODY_START;
  }

  data(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    if (this.#webSocket !== null) this.#webSocket.bytes(direction, chunk, start, end, from);
    else if (this.#response === null) this.#hold(end - start, () => this.#early.add(chunk, start, end, from), from);
    else this.#response.bodyStart += chunk.toString('latin1', start, Math.min(end, start + BODY_START - this.#response.bodyStart.length));
  }

  dataMissing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    if (this.#webSocket !== null) this.#webSocket.missing(direction, count, from);
    else if (this.#response === null) this.#hold(count, () => this.#early.addMissing(count, from), from);
  }

  /** Returns whether both directions have ended. */
  endDirection(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): boolean {
    if (!this.#hasEnded[direction]) this.#webSocket?.end(direction, how, from);
    this.#hasEnded[direction] = true;
    return this.#hasEnded[0] && this.#hasEnded[1];
  }

  /** What came before the answer and is too much to hold is missing, together with what was held. */
  #hold(count: number, add: () => boolean, from: ByteOrigin): void {
    if (add()) return;
    const dropped = this.#early.size + count;
    this.#early.clear();
    this.#early.addMissing(dropped, from);
  }
}
