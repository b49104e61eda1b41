import type { Header } from '../../http-head.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import { FLAG, FRAME, headerFragment } from './http2-frame.ts';

export interface FinishedBlock {
  readonly isPush: boolean;
  readonly endsStream: boolean;
  /** Null: it does not decode. */
  readonly fields: readonly Header[] | null;
}

const MAX_BLOCK = 65_536;

/** Puts the header blocks of one direction together (HEADERS or PUSH_PROMISE, then CONTINUATION) and decodes them. */
export class HeaderBlock {
  /** A block was lost or wrong, and none can be decoded any more. */
  isLost = false;
  readonly #decoder = new HpackDecoder();
  #fragments: Buffer[] = [];
  #size = 0;
  /** Stream of the block that is being put together; 0 when none is. */
  #stream = 0;
  #isPush = false;
  #endsStream = false;

  isInterruptedBy(type: number, stream: number): boolean {
    return this.#stream !== 0 && !this.isLost && (type !== FRAME.continuation || stream !== this.#stream);
  }

  hasRoom(bytes: number): boolean {
    return this.#size + bytes <= MAX_BLOCK;
  }

  /** Takes the body of a frame; returns what is wrong with it, or null. */
  add(type: number, flags: number, stream: number, body: Buffer): string | null {
    const fragment = headerFragment(type, flags, body);
    if (fragment === null || stream === 0) return 'a malformed HEADERS frame';
    if (type === FRAME.continuation && this.#stream === 0) return 'a CONTINUATION of nothing';
    if (type !== FRAME.continuation) {
      this.#stream = stream;
      this.#isPush = type === FRAME.pushPromise;
      this.#endsStream = type === FRAME.headers && (flags & FLAG.endStream) !== 0;
    }
    this.#fragments.push(Buffer.from(fragment));
    this.#size += body.length;
    return null;
  }

  /** The block is over. */
  finish(): FinishedBlock {
    const fields = this.#decoder.decode(Buffer.concat(this.#fragments));
    const block = { isPush: this.#isPush, endsStream: this.#endsStream, fields };
    this.#clear();
    return block;
  }

  lose(): void {
    this.isLost = true;
    this.#clear();
  }

  #clear(): void {
    this.#fragments = [];
    this.#size = 0;
    this.#stream = 0;
  }
}
