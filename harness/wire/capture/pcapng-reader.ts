import type { CaptureSink } from './capture-sink.ts';
import { u32, u32le, uint32 } from './integers.ts';
import { readNames, readSecrets, readStatistics } from './pcapng-facts.ts';
import { PcapngInterface } from './pcapng-interface.ts';
import { readEnhancedPacket, readOldPacket, readSimplePacket } from './pcapng-packets.ts';
import { MAX_PACKET, type RecordReader } from './record-reader.ts';
import { SkippedBlocks } from './skipped-blocks.ts';

const SECTION = 0x0a0d0d0a;
const SECTION_BYTES = Buffer.from('0a0d0d0a', 'hex');
const ORDER = 0x1a2b3c4d;
const BLOCK = { interface: 1, oldPacket: 2, simplePacket: 3, names: 4, statistics: 5, enhancedPacket: 6, secrets: 10 } as const;
/** Type, length, and the length again. */
const FRAME = 12;
const MAX_BLOCK = 256 * 1024 * 1024;
/** Longest block that is kept in memory until it is whole: a packet and its options. */
const MAX_HELD = MAX_PACKET + 1024 * 1024;
const MAX_INTERFACES = 65_536;
/** Each costs up to `MAX_HELD` bytes of looking. */
const MAX_DAMAGES = 50;

/** Whether this may begin a pcapng file; its byte order is known only from the twelfth byte on. */
export const isPcapng = (bytes: Buffer): boolean => u32(bytes, 0) === SECTION && (u32(bytes, 8) === ORDER || u32le(bytes, 8) === ORDER);

/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng). After a damaged block it goes on at the next section. */
export class PcapngReader implements RecordReader {
  readonly format = 'pcapng';
  needed = FRAME;
  skip = 0;
  isStopped = false;
  readonly #sink: CaptureSink;
  readonly #skipped = new SkippedBlocks();
  #isBig = false;
  #interfaces: PcapngInterface[] = [];
  #isSeeking = false;
  #damages = 0;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  read(bytes: Buffer, from: number, to: number, origin: number): number {
    let at = from;
    while (!this.isStopped) {
      if (this.#isSeeking) {
        at = this.#seek(bytes, at, to);
        if (this.#isSeeking) return at;
      }
      if (to - at < FRAME) return this.#need(FRAME, at);
      if (u32(bytes, at) === SECTION) this.#readByteOrder(bytes, at);
      const length = uint32(bytes, at + 4, this.#isBig);
      if (length < FRAME || length % 4 !== 0 || length > MAX_BLOCK) {
        at = this.#damage(`says that it is ${length} bytes long`, at, origin);
        continue;
      }
      if (length > MAX_HELD) return this.#skipLong(uint32(bytes, at, this.#isBig), length, at, origin);
      if (to - at < length) return this.#need(length, at);
      if (uint32(bytes, at + length - 4, this.#isBig) !== length) {
        at = this.#damage('does not end with its length', at, origin);
        continue;
      }
      this.#readBlock(bytes, at, at + length, origin);
      at += length;
    }
    return at;
  }

  end(): void {
    this.isStopped = true;
    if (this.#isSeeking) this.#sink.note('no further section was found after the damage: the file was read up to it');
    const skipped = this.#skipped.sentence();
    if (skipped !== null) this.#sink.note(skipped);
  }

  #need(bytes: number, at: number): number {
    this.needed = bytes;
    return at;
  }

  /** An order mark that is neither leaves the order as it was; the length will tell. */
  #readByteOrder(bytes: Buffer, at: number): void {
    if (u32(bytes, at + 8) === ORDER) this.#isBig = true;
    else if (u32le(bytes, at + 8) === ORDER) this.#isBig = false;
  }

  #readBlock(bytes: Buffer, at: number, end: number, origin: number): void {
    const isBig = this.#isBig;
    const type = uint32(bytes, at, isBig);
    const fault = this.#readBody(type, bytes, at + 8, end - 4, isBig);
    if (fault !== null) this.#sink.note(`the block at offset ${origin + at} ${fault}: it was left out`);
  }

  /** Reads the body `bytes[from, to)`, and returns what is wrong with it. */
  #readBody(type: number, bytes: Buffer, from: number, to: number, isBig: boolean): string | null {
    const sink = this.#sink;
    const interfaces = this.#interfaces;
    if (type === BLOCK.enhancedPacket) return readEnhancedPacket(bytes, from, to, isBig, interfaces, sink);
    if (type === SECTION) this.#interfaces = [];
    else if (type === BLOCK.interface) return this.#describe(bytes, from, to);
    else if (type === BLOCK.simplePacket) return readSimplePacket(bytes, from, to, isBig, interfaces, sink);
    else if (type === BLOCK.oldPacket) return readOldPacket(bytes, from, to, isBig, interfaces, sink);
    else if (type === BLOCK.names) readNames(bytes, from, to, isBig, sink);
    else if (type === BLOCK.statistics) readStatistics(bytes, from, to, isBig, interfaces, sink);
    else if (type === BLOCK.secrets) readSecrets(bytes, from, to, isBig, sink);
    else if (this.#skipped.add(type)) sink.skipNumber();
    return null;
  }

  #describe(bytes: Buffer, from: number, to: number): string | null {
    if (to - from < 8) return 'is too short to describe an interface';
    if (this.#interfaces.length >= MAX_INTERFACES) return `describes more than ${MAX_INTERFACES} interfaces`;
    const found = new PcapngInterface(this.#interfaces.length, bytes, from, to, this.#isBig);
    this.#interfaces.push(found);
    this.#sink.interface({ id: found.id, linkType: found.linkType, snapLength: found.snapLength, name: found.name });
    return null;
  }

  #skipLong(type: number, length: number, at: number, origin: number): number {
    this.skip = length;
    if (this.#skipped.add(type)) this.#sink.skipNumber();
    this.#sink.note(`the block at offset ${origin + at} is ${length} bytes long: it was left out`);
    return this.#need(FRAME, at);
  }

  #damage(what: string, at: number, origin: number): number {
    this.#damages += 1;
    this.isStopped = this.#damages >= MAX_DAMAGES;
    this.#isSeeking = !this.isStopped;
    const next = this.isStopped
      ? 'after so much damage the rest was not read'
      : 'the file is damaged there and reading goes on at the next section';
    this.#sink.note(`the block at offset ${origin + at} ${what}: ${next}`);
    return at + 1;
  }

  /** Where the next section begins in `bytes[from, to)`; while `#isSeeking` stays set, where to go on looking. */
  #seek(bytes: Buffer, from: number, to: number): number {
    for (let at = from; ; at += 1) {
      const found = bytes.subarray(0, to).indexOf(SECTION_BYTES, at);
      if (found < 0) return this.#need(SECTION_BYTES.length, Math.max(at, to - SECTION_BYTES.length + 1));
      at = found;
      if (to - at < FRAME) return this.#need(FRAME, at);
      if (u32(bytes, at + 8) !== ORDER && u32le(bytes, at + 8) !== ORDER) continue;
      this.#isSeeking = false;
      return at;
    }
  }
}
