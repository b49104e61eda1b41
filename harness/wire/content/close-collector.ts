import { applyMask, MAX_CONTROL_PAYLOAD, parseClose } from '../frame.ts';
import type { StreamDirection } from '../tcp/label.ts';
import type { ContentClosing } from './content-facts.ts';
import type { ByteOrigin } from './conversation.ts';

/** Puts the payload of a Close frame together and reads it (RFC 6455 section 5.5.1). */
export class CloseCollector {
  readonly #direction: StreamDirection;
  readonly #payload = Buffer.alloc(MAX_CONTROL_PAYLOAD);
  #size = 0;
  #mask: Buffer | null = null;
  #isCut = false;

  constructor(direction: StreamDirection) {
    this.#direction = direction;
  }

  /** `mask`: the four bytes of the header, or null. */
  begin(mask: Buffer | null): void {
    this.#size = 0;
    this.#isCut = false;
    this.#mask = mask === null ? null : Buffer.from(mask);
  }

  add(chunk: Buffer, start: number, end: number): void {
    if (!this.#isCut) this.#size += chunk.copy(this.#payload, this.#size, start, end);
  }

  /** The next bytes of it are not in the capture; what comes behind them is not read. */
  miss(): void {
    this.#isCut = true;
  }

  finish({ frame, timeNs }: ByteOrigin): ContentClosing {
    const payload = this.#payload.subarray(0, this.#size);
    if (this.#mask !== null) applyMask(payload, 0, this.#mask);
    const { code, reason } = parseClose(payload);
    this.#size = 0;
    return { kind: 'close-frame', from: this.#direction, frame, timeNs, code, reason };
  }
}
