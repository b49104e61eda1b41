const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** Magic, descriptor and the longest of the fields after it (RFC 8878 section 3.1.1.1). */
const LONGEST_HEADER = 18;
const BLOCK_HEADER = 3;
const RLE_BLOCK = 1;

type Awaited = 'magic' | 'header' | 'block' | 'lost';

/**
 * Finds where the frames of zstd data end (RFC 8878 section 3.1), whatever pieces it comes in. A file may hold many frames, one after the other, and
 * Node's decompressor drops what follows the end of a frame in the piece that it is given.
 */
export class ZstdFrames {
  #awaited: Awaited = 'magic';
  /** Bytes to pass by before the next field. */
  #skip = 0;
  #isEndNext = false;
  #hasChecksum = false;
  readonly #field = Buffer.alloc(LONGEST_HEADER);
  #collected = 0;

  /** Goes on at `at`, and returns where the frame ends in this piece, or the end of the piece. */
  boundary(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#awaited !== 'lost') {
      const passed = Math.min(this.#skip, bytes.length - at);
      at += passed;
      this.#skip -= passed;
      if (this.#skip > 0) break;
      if (this.#isEndNext) {
        this.#isEndNext = false;
        return at;
      }
      if (at < bytes.length) {
        this.#field[this.#collected] = bytes[at] ?? 0;
        this.#collected += 1;
        at += 1;
        this.#readField();
      }
    }
    return this.#awaited === 'lost' ? bytes.length : at;
  }

  /** Understands the field once enough of it is there. */
  #readField(): void {
    const field = this.#field;
    if (this.#awaited === 'magic' && this.#collected === 4) this.#readMagic(field.readUInt32LE());
    else if (this.#awaited === 'header' && this.#collected === 5) this.#readDescriptor(field[4] ?? 0);
    else if (this.#awaited === 'block' && this.#collected === BLOCK_HEADER) this.#readBlock(field.readUIntLE(0, BLOCK_HEADER));
    // A skippable frame: its length follows the magic.
    else if (this.#awaited === 'magic' && this.#collected === 8) this.#finishFrame(field.readUInt32LE(4));
  }

  #readMagic(magic: number): void {
    if (magic === FRAME_MAGIC) this.#awaited = 'header';
    else if ((magic & ~0xf) >>> 0 !== SKIPPABLE_MAGIC) this.#awaited = 'lost';
  }

  #readDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#await('block', (isSingleSegment ? 0 : 1) + dictionaryId + contentSize);
  }

  #readBlock(header: number): void {
    const isLast = (header & 1) === 1;
    const size = ((header >>> 1) & 3) === RLE_BLOCK ? 1 : header >>> 3;
    if (isLast) this.#finishFrame(size + (this.#hasChecksum ? 4 : 0));
    else this.#await('block', size);
  }

  #finishFrame(rest: number): void {
    this.#await('magic', rest);
    this.#isEndNext = true;
  }

  #await(awaited: Awaited, after: number): void {
    this.#awaited = awaited;
    this.#skip = after;
    this.#collected = 0;
  }
}
