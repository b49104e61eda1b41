import type { StreamDirection } from '../tcp/label.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../tcp/tcp-segment.ts';
import { ByteStream } from './byte-stream.ts';
import { type ContentBudget, newContentBudget } from './content-budget.ts';
import { type ContentFacts, type KeyLog, newContentFacts } from './content-facts.ts';
import type { ByteOrigin } from './conversation.ts';
import { SniffingConversation } from './sniffing-conversation.ts';

export interface StreamContentOptions {
  readonly keyLog: KeyLog | null;
  /** Shared by the streams of a capture. */
  readonly budget?: ContentBudget;
}

const CONTROL = TCP_SYN | TCP_FIN | TCP_RST;

/**
 * Reads what one TCP stream carries: HTTP, WebSocket, TLS. Give it every segment once, without those that were captured twice. Nothing is made before the
 * first byte of payload, and what carries none of these costs next to nothing.
 */
export class StreamContent {
  readonly #options: StreamContentOptions;
  #facts: ContentFacts | null = null;
  #reader: SniffingConversation | null = null;
  #aToB: ByteStream | null = null;
  #bToA: ByteStream | null = null;
  #isForeign = false;
  /** Sequence number of the first byte of each direction by its SYN; null: none was seen. */
  #startOfA: number | null = null;
  #startOfB: number | null = null;
  readonly #last: ByteOrigin = { frame: 0, timeNs: 0 };

  constructor(options: StreamContentOptions) {
    this.#options = options;
  }

  observe(segment: TcpSegment, direction: StreamDirection): void {
    if (this.#isForeign) return;
    const own = direction === 0 ? this.#aToB : this.#bToA;
    const peer = direction === 0 ? this.#bToA : this.#aToB;
    if (own === null || peer === null) {
      this.#observeFirst(segment, direction);
      return;
    }
    this.#last.frame = segment.frame;
    this.#last.timeNs = segment.timeNs;
    const flags = segment.flags;
    if ((flags & CONTROL) !== 0) {
      control(segment, own, peer);
      if (own.isEnded && peer.isEnded) this.#drop();
    } else {
      if ((flags & TCP_ACK) !== 0) peer.acknowledge(segment.ack);
      if (segment.length > 0) own.accept(segment, segment.seq);
    }
    if (this.#reader?.isForeign === true) this.#drop();
  }

  /** Call it once, after the last segment. */
  finish(): ContentFacts {
    this.#aToB?.end('capture', this.#last);
    this.#bToA?.end('capture', this.#last);
    this.#drop();
    return this.#facts ?? newContentFacts();
  }

  /** Before there was any payload. */
  #observeFirst(segment: TcpSegment, direction: StreamDirection): void {
    if ((segment.flags & TCP_SYN) !== 0) {
      const start = (segment.seq + 1) | 0;
      if (direction === 0) this.#startOfA = start;
      else this.#startOfB = start;
    }
    if (segment.length === 0) return;
    this.#open();
    this.observe(segment, direction);
  }

  #open(): void {
    const { keyLog, budget = newContentBudget() } = this.#options;
    this.#facts = newContentFacts();
    const reader = new SniffingConversation(this.#facts, { keyLog, budget });
    this.#reader = reader;
    this.#aToB = new ByteStream(0, reader, budget.held);
    this.#bToA = new ByteStream(1, reader, budget.held);
    if (this.#startOfA !== null) this.#aToB.start(this.#startOfA);
    if (this.#startOfB !== null) this.#bToA.start(this.#startOfB);
  }

  #drop(): void {
    this.#isForeign = true;
    this.#aToB?.drop();
    this.#bToA?.drop();
    this.#aToB = null;
    this.#bToA = null;
    this.#reader = null;
  }
}

function control(segment: TcpSegment, own: ByteStream, peer: ByteStream): void {
  const { flags, seq, ack, length } = segment;
  if ((flags & TCP_RST) !== 0) {
    // Bytes of a reset are its reason in words, not content (RFC 9293 section 3.5.3).
    own.end('rst', segment);
    return;
  }
  if ((flags & TCP_ACK) !== 0) peer.acknowledge(ack);
  const first = (flags & TCP_SYN) === 0 ? seq : (seq + 1) | 0;
  if ((flags & TCP_SYN) !== 0) own.start(first);
  if (length > 0) own.accept(segment, first);
  if ((flags & TCP_FIN) !== 0) own.fin((first + length) | 0, segment);
}
