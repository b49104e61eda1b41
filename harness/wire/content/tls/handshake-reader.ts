export const HANDSHAKE = { clientHello: 1, serverHello: 2, encryptedExtensions: 8, finished: 20, keyUpdate: 24 } as const;

/** Takes a message of a kind in `HANDSHAKE`; `body` is only its beginning when the rest is not in the capture or is over 64 KiB. */
export type HandshakeSink = (type: number, body: Buffer) => void;

const WANTED: ReadonlySet<number> = new Set(Object.values(HANDSHAKE));
const HEADER_BYTES = 4;
const MAX_BODY = 65_536;

/** Puts the handshake messages of one direction together, which may be spread over records or share one (RFC 8446 section 5.1). */
export class HandshakeReader {
  readonly #sink: HandshakeSink;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerHeld = 0;
  #bodyLeft = 0;
  #isWanted = false;
  #parts: Buffer[] = [];
  #bodyHeld = 0;
  #isLost = false;

  constructor(sink: HandshakeSink) {
    this.#sink = sink;
  }

  /** A message begins with the next byte: the keys changed, or records were lost. */
  reset(): void {
    this.#headerHeld = 0;
    this.#bodyLeft = 0;
    this.#parts = [];
    this.#isWanted = false;
    this.#isLost = false;
  }

  bytes(chunk: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#isLost) {
      if (this.#bodyLeft > 0) at = this.#readBody(chunk, at, end);
      else {
        this.#header[this.#headerHeld++] = chunk[at++] ?? 0;
        if (this.#headerHeld === HEADER_BYTES) this.#begin();
      }
    }
  }

  missing(count: number): void {
    if (count > this.#bodyLeft) this.#isLost = true;
    this.#bodyLeft -= Math.min(count, this.#bodyLeft);
    this.flush();
  }

  /** Nothing more comes of the message that is being read: hands on what there is of it. */
  flush(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    const body = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#sink(this.#header[0] ?? 0, body);
  }

  #begin(): void {
    this.#headerHeld = 0;
    this.#isWanted = WANTED.has(this.#header[0] ?? 0);
    this.#bodyLeft = this.#header.readUIntBE(1, 3);
    this.#bodyHeld = 0;
    this.#parts = [];
    if (this.#bodyLeft === 0) this.flush();
  }

  #readBody(chunk: Buffer, start: number, end: number): number {
    const taken = Math.min(end - start, this.#bodyLeft);
    this.#bodyLeft -= taken;
    if (this.#isWanted) {
      this.#parts.push(Buffer.from(chunk.subarray(start, start + taken)));
      this.#bodyHeld += taken;
      if (this.#bodyLeft === 0 || this.#bodyHeld >= MAX_BODY) this.flush();
    }
    return start + taken;
  }
}
