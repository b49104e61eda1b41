import type { Header } from '../../http-head.ts';
import { HPACK_STATIC_TABLE } from './hpack-static-table.ts';
import { decodeHuffman } from './huffman.ts';

const DEFAULT_TABLE_BYTES = 4096;
const MAX_TABLE_BYTES = 65_536;
const MAX_LIST_BYTES = 65_536;
/** What an entry counts beside its bytes (RFC 7541 section 4.1). */
const ENTRY_OVERHEAD = 32;
const MAX_INTEGER_SHIFT = 21;

const costOf = ({ name, value }: Header): number => name.length + value.length + ENTRY_OVERHEAD;

/**
 * Decodes the header blocks of one direction of an HTTP/2 connection (RFC 7541), which must be given to it all and in order. The table may
 * grow to 64 KiB whatever the SETTINGS allow: an encoder must announce within its blocks how large a table it uses (section 4.2). Of a
 * block that comes to more than 64 KiB of headers the first ones are given.
 */
export class HpackDecoder {
  /** Newest last. */
  readonly #table: Header[] = [];
  #tableBytes = 0;
  #tableLimit = DEFAULT_TABLE_BYTES;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #isBroken = false;

  /** Null: the block is wrong; from then on every block is, for the tables of both ends differ. */
  decode(block: Buffer): readonly Header[] | null {
    const headers: Header[] = [];
    let listBytes = 0;
    this.#block = block;
    this.#at = 0;
    while (this.#at < block.length && !this.#isBroken) {
      const header = this.#readField();
      if (header === null) continue;
      listBytes += costOf(header);
      if (listBytes <= MAX_LIST_BYTES) headers.push(header);
    }
    this.#block = Buffer.alloc(0);
    return this.#isBroken ? null : headers;
  }

  /** Section 6. Null: it is none, or the block is wrong. */
  #readField(): Header | null {
    const first = this.#block[this.#at] ?? 0;
    if (first >= 0x80) return this.#lookUp(this.#readInteger(7));
    if (first >= 0x40) return this.#readLiteral(6, true);
    if (first >= 0x20) {
      this.#resize(this.#readInteger(5));
      return null;
    }
    return this.#readLiteral(4, false);
  }

  #readLiteral(prefixBits: number, isIndexed: boolean): Header | null {
    const index = this.#readInteger(prefixBits);
    const name = index === 0 ? this.#readString() : (this.#lookUp(index)?.name ?? '');
    const value = this.#readString();
    if (this.#isBroken) return null;
    const header = { name, value };
    if (isIndexed) this.#insert(header);
    return header;
  }

  #lookUp(index: number): Header | null {
    const inTable = index - HPACK_STATIC_TABLE.length;
    const header = inTable <= 0 ? HPACK_STATIC_TABLE[index - 1] : this.#table[this.#table.length - inTable];
    if (header === undefined) this.#isBroken = true;
    return header ?? null;
  }

  #insert(header: Header): void {
    this.#table.push(header);
    this.#tableBytes += costOf(header);
    this.#evict();
  }

  #resize(limit: number): void {
    if (limit > MAX_TABLE_BYTES) this.#isBroken = true;
    this.#tableLimit = Math.min(limit, MAX_TABLE_BYTES);
    this.#evict();
  }

  /** Section 4.4: an entry that is larger than the table empties it. */
  #evict(): void {
    let drop = 0;
    while (this.#tableBytes > this.#tableLimit) {
      const oldest = this.#table[drop++];
      if (oldest === undefined) return;
      this.#tableBytes -= costOf(oldest);
    }
    if (drop > 0) this.#table.splice(0, drop);
  }

  /** Section 5.1; over 28 bits is wrong. */
  #readInteger(prefixBits: number): number {
    const largest = (1 << prefixBits) - 1;
    let value = (this.#block[this.#at++] ?? 0) & largest;
    if (value < largest) return value;
    for (let shift = 0; shift <= MAX_INTEGER_SHIFT; shift += 7) {
      const byte = this.#block[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    this.#isBroken = true;
    return 0;
  }

  /** Section 5.2. */
  #readString(): string {
    if (this.#isBroken || this.#at >= this.#block.length) {
      this.#isBroken = true;
      return '';
    }
    const isHuffman = (this.#block[this.#at] ?? 0) >= 0x80;
    const length = this.#readInteger(7);
    const bytes = this.#block.subarray(this.#at, this.#at + length);
    this.#at += length;
    const text = isHuffman ? decodeHuffman(bytes) : bytes.toString('latin1');
    if (text === null || bytes.length < length) this.#isBroken = true;
    return text ?? '';
  }
}
