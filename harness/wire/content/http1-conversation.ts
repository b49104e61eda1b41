import { hasToken, headerValues, parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from '../http-head.ts';
import type { StreamDirection } from '../tcp/label.ts';
import type { ByteBudget } from './content-budget.ts';
import type { ContentFacts, ExchangeDraft, ResponseDraft } from './content-facts.ts';
import type { ByteOrigin, Conversation } from './conversation.ts';
import { EarlyBytes } from './early-bytes.ts';
import { addExchange, addNote, exchangeOf, headCost, responseOf } from './exchange-drafts.ts';
import { beginsMaskedFrame } from './frame-header.ts';
import { requestBody, responseBody } from './message-body.ts';
import { MessageReader } from './message-reader.ts';
import { beginsHead } from './sniff.ts';
import { WebSocketConversation } from './websocket-conversation.ts';

export interface Http1Options {
  /** Direction of the requests. */
  readonly client: StreamDirection;
  /** Room for heads that are kept. */
  readonly heads: ByteBudget;
  /** Reads what follows on a switch to anything but WebSocket: `protocol` as the 101 names it, null in a tunnel (CONNECT). */
  readonly openSwitched: (protocol: string | null) => Conversation;
}

/** Requests that wait for their answers; beyond, the oldest are given up. */
const MAX_PENDING = 256;
/** Bytes that a client sends before the answer to its upgrade. */
const MAX_EARLY = 65_536;

/** Reads HTTP/1.0 and 1.1: the heads of requests and responses, joined in order. After a switch of protocols another reader goes on. */
export class Http1Conversation implements Conversation {
  readonly #facts: ContentFacts;
  readonly #options: Http1Options;
  readonly #requests = new MessageReader('request');
  readonly #responses = new MessageReader('response');
  #pending: ExchangeDraft[] = [];
  /** The request that asks to switch: what follows on it waits for the answer. */
  #switching: ExchangeDraft | null = null;
  readonly #early = new EarlyBytes(MAX_EARLY);
  /** An answer did not come before too much else did: none is waited for again. */
  #isTired = false;
  #switched: Conversation | null = null;

  constructor(facts: ContentFacts, options: Http1Options) {
    this.#facts = facts;
    this.#options = options;
  }

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    if (this.#switched !== null) this.#switched.bytes(direction, chunk, start, end, from);
    else if (direction === this.#options.client) this.#requestBytes(chunk, start, end, from);
    else this.#responseBytes(chunk, start, end, from);
  }

  missing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    if (this.#switched !== null) {
      this.#switched.missing(direction, count, from);
      return;
    }
    const isRequest = direction === this.#options.client;
    if (isRequest && this.#switching !== null) {
      if (!this.#early.addMissing(count, from)) this.#stopWaiting(false);
      return;
    }
    const reader = isRequest ? this.#requests : this.#responses;
    reader.missing(count);
    this.#noteProblem(reader, direction, from);
    if (isRequest) this.#takeCutRequest(from);
    else this.#takeCutResponse(count, from);
  }

  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    const isRequest = direction === this.#options.client;
    if (this.#switched === null && isRequest) this.#stopWaiting(false);
    this.#switched?.end(direction, how, from);
    if (this.#switched !== null) return;
    const reader = isRequest ? this.#requests : this.#responses;
    reader.end();
    this.#noteProblem(reader, direction, from);
  }

  #requestBytes(chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    const { client } = this.#options;
    for (let at = start; at < end; ) {
      if (this.#switching !== null && !this.#isPipelined(chunk, at, end)) {
        if (this.#early.add(chunk, at, end, from)) return;
        this.#stopWaiting(false);
        this.bytes(client, chunk, at, end, from);
        return;
      }
      at = this.#requests.read(chunk, at, end);
      this.#noteProblem(this.#requests, client, from);
      const head = this.#requests.head;
      if (head === null) return;
      const result = parseRequestHead(head);
      if (result.kind === 'complete') this.#takeRequest(result.head, from);
      else this.#stopAt(this.#requests, client, head, result.kind === 'malformed' ? result.reason : 'it has no end', from);
    }
  }

  #takeRequest(head: RequestHead, from: ByteOrigin): void {
    const exchange = this.#addRequest(head, from);
    const plan = requestBody(head);
    this.#requests.expectBody(plan);
    const asks = headerValues(head, 'Upgrade').length > 0 || exchange.isUpgrade || head.method === 'CONNECT';
    if (asks && !this.#isTired && plan.kind === 'length' && plan.length === 0) this.#switching = exchange;
  }

  #addRequest(head: RequestHead, from: ByteOrigin): ExchangeDraft {
    const exchange = exchangeOf(head, this.#options.client, from);
    addExchange(this.#facts, exchange, this.#options.heads, head.byteLength);
    if (this.#pending.length >= MAX_PENDING) this.#pending.shift();
    this.#pending.push(exchange);
    return exchange;
  }

  #takeCutRequest(from: ByteOrigin): void {
    const result = this.#requests.head === null ? null : parseRequestHead(this.#requests.head);
    if (result?.kind === 'complete') this.#addRequest(result.head, from).isCut = true;
  }

  #responseBytes(chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    const server = this.#options.client === 0 ? 1 : 0;
    for (let at = start; at < end; ) {
      const isFound = this.#responses.isLost;
      at = this.#responses.read(chunk, at, end);
      this.#noteProblem(this.#responses, server, from);
      const head = this.#responses.head;
      if (head === null) return;
      const result = parseResponseHead(head);
      if (result.kind === 'complete') this.#takeResponse(result.head, from, isFound);
      else this.#stopAt(this.#responses, server, head, result.kind === 'malformed' ? result.reason : 'it has no end', from);
      if (this.#switched !== null) {
        if (at < end) this.#switched.bytes(server, chunk, at, end, from);
        return;
      }
    }
  }

  /** `isFound`: answers before it may be missing, so it belongs to the newest request. */
  #takeResponse(head: ResponseHead, from: ByteOrigin, isFound: boolean): void {
    if (isInterim(head)) {
      this.#responses.expectBody({ kind: 'length', length: 0 });
      return;
    }
    if (isFound) this.#pending = this.#pending.slice(-1);
    const response = responseOf(head, from);
    const exchange = this.#answer(response, head.byteLength);
    if (this.#switchOn(head, exchange)) return;
    const isShown = exchange?.isUpgrade === true && headerValues(head, 'Content-Encoding').length === 0;
    this.#responses.expectBody(responseBody(head, exchange?.method ?? null), isShown ? response : null);
    if (exchange === this.#switching) this.#stopWaiting(true);
  }

  /** After a switch `count` bytes are missing from what follows: where its first one stands is unknown. */
  #takeCutResponse(count: number, from: ByteOrigin): void {
    const result = this.#responses.head === null ? null : parseResponseHead(this.#responses.head);
    if (result?.kind !== 'complete' || isInterim(result.head)) return;
    const response = responseOf(result.head, from);
    response.isCut = true;
    const exchange = this.#answer(response, result.head.byteLength);
    if (this.#switchOn(result.head, exchange)) this.missing(this.#options.client === 0 ? 1 : 0, count, from);
    else if (exchange === this.#switching) this.#stopWaiting(true);
  }

  #answer(response: ResponseDraft, byteLength: number): ExchangeDraft | null {
    const exchange = this.#pending.shift() ?? null;
    if (exchange === null) return null;
    exchange.response = response;
    this.#options.heads.spend(headCost(byteLength, response.headers.length));
    return exchange;
  }

  #switchOn(head: ResponseHead, exchange: ExchangeDraft | null): boolean {
    const isTunnel = exchange?.method === 'CONNECT' && head.status >= 200 && head.status < 300;
    if (head.status !== 101 && !isTunnel) return false;
    this.#switch(this.#readerAfter(head, exchange, isTunnel));
    return true;
  }

  #readerAfter(head: ResponseHead, exchange: ExchangeDraft | null, isTunnel: boolean): Conversation {
    if (isTunnel) return this.#options.openSwitched(null);
    const upgrade = headerValues(head, 'Upgrade');
    if (!hasToken(head, 'Upgrade', 'websocket') && (upgrade.length > 0 || exchange?.isUpgrade !== true)) {
      return this.#options.openSwitched(upgrade[0]?.toLowerCase() ?? null);
    }
    const listOf = (name: string): string | null => headerValues(head, name).join(', ') || null;
    const extensions = listOf('Sec-WebSocket-Extensions');
    return new WebSocketConversation(this.#facts, { extensions, subprotocol: listOf('Sec-WebSocket-Protocol') });
  }

  #switch(to: Conversation): void {
    this.#switched = to;
    this.#switching = null;
    this.#pending = [];
    this.#early.replay(this.#options.client, to);
  }

  /** A client that sends another request does not wait for a switch. No frame begins like a method. */
  #isPipelined(chunk: Buffer, start: number, end: number): boolean {
    if (!this.#early.isEmpty || !beginsHead('request', chunk, start, end)) return false;
    this.#switching = null;
    return true;
  }

  /**
   * The answer was no, or does not come: what the client sent meanwhile is read as requests. Frames among it tell that the answer was a 101 that is not
   * in the capture.
   */
  #stopWaiting(isAnswered: boolean): void {
    const asked = this.#switching;
    this.#switching = null;
    if (!isAnswered) this.#isTired = true;
    if (!isAnswered && asked?.isUpgrade === true && beginsMaskedFrame(this.#early.followedBy(NOTHING, 0, 0, 0))) {
      this.#switch(new WebSocketConversation(this.#facts, { extensions: null, subprotocol: null }));
    } else this.#early.replay(this.#options.client, this);
  }

  #noteProblem(reader: MessageReader, direction: StreamDirection, { frame }: ByteOrigin): void {
    if (reader.problem === null) return;
    addNote(this.#facts, { from: direction, frame, kind: 'unreadable', because: reader.problem });
    reader.problem = null;
  }

  /** A malformed head ends the reading of its direction. What is not HTTP at all was only taken for it by its first word. */
  #stopAt(reader: MessageReader, direction: StreamDirection, head: Buffer, reason: string, { frame }: ByteOrigin): void {
    reader.stop();
    if (this.#facts.exchangeCount === 0 && !head.toString('latin1', 0, 1024).includes('HTTP/')) return;
    addNote(this.#facts, { from: direction, frame, kind: 'unreadable', because: `a malformed head: ${reason}` });
  }
}

/** An answer before the final one; 101 is final. */
const isInterim = ({ status }: ResponseHead): boolean => status < 200 && status !== 101;

const NOTHING = Buffer.alloc(0);
