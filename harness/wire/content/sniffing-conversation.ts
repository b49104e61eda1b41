import type { StreamDirection } from '../tcp/label.ts';
import type { ContentBudget } from './content-budget.ts';
import type { ContentFacts, KeyLog } from './content-facts.ts';
import type { ByteOrigin, Conversation } from './conversation.ts';
import { EarlyBytes } from './early-bytes.ts';
import { Http1Conversation } from './http1-conversation.ts';
import { Http2Conversation } from './http2/http2-conversation.ts';
import { SNIFF_LENGTH, type Sniffed, sniff } from './sniff.ts';
import { TlsConversation } from './tls/tls-conversation.ts';

/** What every reader of a stream's content shares. */
export interface SniffingOptions {
  readonly keyLog: KeyLog | null;
  readonly budget: ContentBudget;
  /** How many protocols this one is inside of: tunnels and TLS. */
  readonly depth?: number;
}

/** A TLS connection through an HTTP proxy with TLS of its own is 3 deep. */
const MAX_DEPTH = 4;
/** Bytes of a direction that are held until the other one tells what they are. */
const MAX_EARLY = 4096;

/** One direction before it is known what it carries. */
class UnknownSide {
  readonly early = new EarlyBytes(MAX_EARLY);
  /** Bytes of a PROXY header that are still to come. */
  toSkip = 0;
  hasProxyHeader = false;
  isForeign = false;
  /** Bytes that were not kept. */
  dropped = 0;
}

/** Some bytes of a direction that it is still unknown of. */
interface Incoming {
  readonly direction: StreamDirection;
  readonly side: UnknownSide;
  readonly chunk: Buffer;
  readonly start: number;
  readonly end: number;
  readonly from: ByteOrigin;
}

/** Until the other direction tells what it is; too much of it is only counted. */
function keep({ side, chunk, start, end, from }: Incoming): void {
  if (side.isForeign && side.dropped > 0) side.dropped += end - start;
  else if (!side.early.add(chunk, start, end, from)) {
    side.dropped += side.early.size + end - start;
    side.early.clear();
  }
}

/** Finds out from the first bytes of either direction what a stream carries, and hands everything to the reader of that. */
export class SniffingConversation implements Conversation {
  /** Neither direction carries anything that is read here. */
  isForeign = false;
  readonly #facts: ContentFacts;
  readonly #options: SniffingOptions;
  #chosen: Conversation | null = null;
  #sides: readonly [UnknownSide, UnknownSide] | null = null;

  constructor(facts: ContentFacts, options: SniffingOptions) {
    this.#facts = facts;
    this.#options = options;
  }

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    if (this.#chosen !== null) this.#chosen.bytes(direction, chunk, start, end, from);
    else if (!this.isForeign) this.#look(direction, chunk, start, end, from);
  }

  missing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    if (this.#chosen !== null) {
      this.#chosen.missing(direction, count, from);
      return;
    }
    const side = this.#side(direction);
    const skipped = Math.min(side.toSkip, count);
    side.toSkip -= skipped;
    if (skipped === count || this.isForeign) return;
    side.dropped += side.early.size + count - skipped;
    side.early.clear();
  }

  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    this.#chosen?.end(direction, how, from);
  }

  #side(direction: StreamDirection): UnknownSide {
    this.#sides ??= [new UnknownSide(), new UnknownSide()];
    return this.#sides[direction];
  }

  #look(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    const side = this.#side(direction);
    const skipped = Math.min(side.toSkip, end - start);
    side.toSkip -= skipped;
    if (skipped === end - start) return;
    const incoming: Incoming = { direction, side, chunk, start: start + skipped, end, from };
    if (side.isForeign) {
      keep(incoming);
      return;
    }
    const found = sniff(side.early.followedBy(chunk, incoming.start, end, SNIFF_LENGTH));
    if (found.kind === 'proxy') this.#passProxyHeader(found.length, incoming);
    else if (found.kind === 'more') keep(incoming);
    else if (found.kind === 'foreign') this.#setForeign(incoming);
    else this.#choose(this.#readerOf(found, direction), incoming);
  }

  #passProxyHeader(length: number, incoming: Incoming): void {
    const { direction, side, chunk, start, end, from } = incoming;
    const left = length - side.early.size;
    if (side.hasProxyHeader || left <= 0) {
      this.#setForeign(incoming);
      return;
    }
    side.hasProxyHeader = true;
    side.early.clear();
    side.toSkip = left;
    this.#look(direction, chunk, start, end, from);
  }

  #setForeign(incoming: Incoming): void {
    incoming.side.isForeign = true;
    if (this.#sides?.every(({ isForeign }) => isForeign) === true) {
      this.isForeign = true;
      this.#sides = null;
    } else keep(incoming);
  }

  #choose(chosen: Conversation, { direction, side, chunk, start, end, from }: Incoming): void {
    const otherDirection = direction === 0 ? 1 : 0;
    const other = this.#side(otherDirection);
    this.#chosen = chosen;
    this.#sides = null;
    if (side.dropped > 0) chosen.missing(direction, side.dropped, from);
    side.early.replay(direction, chosen);
    chosen.bytes(direction, chunk, start, end, from);
    if (other.dropped > 0) chosen.missing(otherDirection, other.dropped, from);
    other.early.replay(otherDirection, chosen);
  }

  #readerOf({ kind }: Sniffed, direction: StreamDirection): Conversation {
    const { keyLog } = this.#options;
    if (kind === 'tls') return new TlsConversation(this.#facts, keyLog, (alpn) => this.#inner(alpn === 'h2'));
    if (kind === 'http2') return new Http2Conversation(this.#facts, this.#options.budget.heads);
    const client = (kind === 'request') === (direction === 0) ? 0 : 1;
    return new Http1Conversation(this.#facts, {
      client,
      heads: this.#options.budget.heads,
      openSwitched: (protocol) => this.#inner(protocol === 'h2c'),
    });
  }

  /** What is inside of TLS, or follows on a request to switch. */
  #inner(isHttp2: boolean): Conversation {
    if (isHttp2) return new Http2Conversation(this.#facts, this.#options.budget.heads);
    const depth = (this.#options.depth ?? 0) + 1;
    const inner = new SniffingConversation(this.#facts, { ...this.#options, depth });
    inner.isForeign = depth > MAX_DEPTH;
    return inner;
  }
}
