import type { Header } from '../../http-head.ts';
import type { StreamDirection } from '../../tcp/label.ts';
import { ByteBudget } from '../content-budget.ts';
import type { ContentFacts, ContentNote } from '../content-facts.ts';
import type { ByteOrigin, Conversation } from '../conversation.ts';
import { addExchange, addNote, headCost } from '../exchange-drafts.ts';
import { Http2Direction, type Http2Sink } from './http2-direction.ts';
import { FRAME, http2ErrorName, SETTINGS_ENABLE_CONNECT_PROTOCOL } from './http2-frame.ts';
import { exchangeOfFields, Http2Stream, isExtendedConnect } from './http2-stream.ts';

const MAX_STREAMS = 1000;
const HEADS_OF_ONE_CONNECTION = 16 * 1024 * 1024;
const SHOWN_DEBUG_DATA = 100;
const SETTING_BYTES = 6;
const UNANNOUNCED = 'a WebSocket was asked for over HTTP/2, and the server had not announced ENABLE_CONNECT_PROTOCOL (RFC 8441 section 3)';

/**
 * Reads an HTTP/2 connection (RFC 9113) from its preface on: requests with their answers, and the WebSocket frames of the streams that an
 * extended CONNECT opened (RFC 8441). A connection that began before the capture is not read: its header compression cannot be undone.
 */
export class Http2Conversation implements Conversation, Http2Sink {
  readonly #facts: ContentFacts;
  readonly #heads: ByteBudget;
  readonly #directions: readonly [Http2Direction, Http2Direction];
  readonly #streams = new Map<number, Http2Stream>();
  #lastStream = 0;
  /** Null: the server's SETTINGS have not come yet. */
  #enablesConnect: boolean | null = null;

  /** `heads`: room for the heads that are kept; 16 MiB when absent. */
  constructor(facts: ContentFacts, heads: ByteBudget = new ByteBudget(HEADS_OF_ONE_CONNECTION)) {
    this.#facts = facts;
    this.#heads = heads;
    this.#directions = [new Http2Direction(0, this), new Http2Direction(1, this)];
  }

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    this.#directions[direction].read(chunk, start, end, from);
  }

  missing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    if (count > 0) this.#directions[direction].missing(count, from);
  }

  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    for (const stream of this.#streams.values()) stream.endDirection(direction, how, from);
  }

  headers(from: Http2Direction, id: number, fields: readonly Header[] | null, origin: ByteOrigin): void {
    if (!from.isClient) {
      const stream = this.#streams.get(id);
      if (fields === null || stream?.answer(this.#facts, fields, from.direction === 0 ? 1 : 0, origin) !== true) return;
      if (stream.exchange !== null) this.#heads.spend(costOf(fields));
    } else if (id > this.#lastStream) {
      this.#lastStream = id;
      this.#request(from, id, fields, origin);
    }
  }

  wantsData(from: Http2Direction, id: number): boolean {
    return this.#streams.get(id)?.wantsData(from.isClient) === true;
  }

  data(from: Http2Direction, id: number, chunk: Buffer, start: number, end: number, origin: ByteOrigin): void {
    this.#streams.get(id)?.data(from.direction, chunk, start, end, origin);
  }

  dataMissing(from: Http2Direction, id: number, count: number, origin: ByteOrigin): void {
    this.#streams.get(id)?.dataMissing(from.direction, count, origin);
  }

  endOfStream(from: Http2Direction, id: number, origin: ByteOrigin): void {
    if (this.#streams.get(id)?.endDirection(from.direction, 'fin', origin) === true) this.#streams.delete(id);
  }

  control(from: Http2Direction, type: number, id: number, body: Buffer, origin: ByteOrigin): void {
    if (type === FRAME.settings && !from.isClient) this.#readSettings(body);
    else if (type === FRAME.reset && body.length === 4) this.#reset(from, id, http2ErrorName(body.readUInt32BE(0)), origin);
    else if (type === FRAME.goAway && body.length >= 8 && body.readUInt32BE(4) !== 0) {
      const debug = body.toString('latin1', 8, 8 + SHOWN_DEBUG_DATA);
      this.#note('odd', `GOAWAY with ${http2ErrorName(body.readUInt32BE(4))}${debug === '' ? '' : `: ${debug}`}`, from, origin);
    }
  }

  unreadable(from: Http2Direction, because: string, isAll: boolean, origin: ByteOrigin): void {
    this.#note('unreadable', because, from, origin);
    const hasWebSocket = this.#streams.values().some((stream) => stream.isWebSocket);
    if (isAll && hasWebSocket) this.#facts.webSocket?.unreadable.push({ from: from.direction, frame: origin.frame, because });
  }

  #request(from: Http2Direction, id: number, fields: readonly Header[] | null, origin: ByteOrigin): void {
    const exchange = fields === null ? null : exchangeOfFields(fields, from.direction, origin);
    if (fields === null || exchange === null) {
      this.#facts.exchangeCount += 1;
      return;
    }
    const asksWebSocket = isExtendedConnect(fields);
    if (asksWebSocket && this.#enablesConnect === false) this.#note('odd', UNANNOUNCED, from, origin);
    addExchange(this.#facts, exchange, this.#heads, costOf(fields));
    const isKept = this.#facts.exchanges.at(-1) === exchange;
    if ((isKept || asksWebSocket) && this.#streams.size < MAX_STREAMS)
      this.#streams.set(id, new Http2Stream(isKept ? exchange : null, asksWebSocket));
  }

  #reset(from: Http2Direction, id: number, error: string, origin: ByteOrigin): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    const { exchange } = stream;
    // After a whole answer it only says that the rest of the request is not wanted (RFC 9113 section 8.1).
    if (exchange !== null && (stream.isWebSocket || !stream.isAnswered))
      exchange.reset = { from: from.direction, frame: origin.frame, timeNs: origin.timeNs, error };
    for (const direction of [0, 1] as const) stream.endDirection(direction, 'rst', origin);
    this.#streams.delete(id);
  }

  #readSettings(body: Buffer): void {
    for (let at = 0; at + SETTING_BYTES <= body.length; at += SETTING_BYTES)
      if (body.readUInt16BE(at) === SETTINGS_ENABLE_CONNECT_PROTOCOL) this.#enablesConnect = body.readUInt32BE(at + 2) === 1;
    // The first SETTINGS say it or do not say it; an acknowledgement is empty and changes nothing.
    this.#enablesConnect ??= false;
  }

  #note(kind: ContentNote['kind'], because: string, { direction }: Http2Direction, { frame }: ByteOrigin): void {
    addNote(this.#facts, { from: direction, frame, kind, because });
  }
}

function costOf(fields: readonly Header[]): number {
  const bytes = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return headCost(bytes, fields.length);
}
