import type { CaptureInterface } from './captured-packet.ts';
import type { CaptureSink } from './capture-sink.ts';
import { u32, u32le, uint16, uint32 } from './integers.ts';
import { MAX_PACKET, type RecordReader } from './record-reader.ts';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's patch of libpcap: record headers carry an interface index, a protocol and a packet type. */
const MODIFIED = 0xa1b2cd34;
const FORMATS: ReadonlyMap<number, string> = new Map([
  [MICROSECONDS, 'pcap'],
  [NANOSECONDS, 'pcap (nanoseconds)'],
  [MODIFIED, 'pcap (modified)'],
]);

export const PCAP_HEADER_LENGTH = 24;

/** The byte order of a pcap file by its first four bytes; null when it is none. */
export function pcapByteOrder(bytes: Buffer): 'big' | 'little' | null {
  if (FORMATS.has(u32(bytes, 0))) return 'big';
  return FORMATS.has(u32le(bytes, 0)) ? 'little' : null;
}

/** Records of a pcap file (draft-ietf-opsawg-pcap), from the one after the file header. */
export class PcapReader implements RecordReader {
  readonly format: string;
  needed = 16;
  skip = 0;
  isStopped = false;
  readonly #sink: CaptureSink;
  readonly #isBig: boolean;
  readonly #magic: number;
  readonly #headerLength: number;
  readonly #nsPerTick: number;
  #interface: CaptureInterface;

  constructor(header: Buffer, sink: CaptureSink) {
    this.#sink = sink;
    this.#isBig = pcapByteOrder(header) === 'big';
    this.#magic = this.#isBig ? u32(header, 0) : u32le(header, 0);
    this.format = FORMATS.get(this.#magic) ?? 'pcap';
    this.#headerLength = this.#magic === MODIFIED ? 24 : 16;
    this.#nsPerTick = this.#magic === NANOSECONDS ? 1 : 1000;
    this.#interface = this.#readFileHeader(header, 0);
  }

  read(bytes: Buffer, from: number, to: number, origin: number): number {
    const isBig = this.#isBig;
    const headerLength = this.#headerLength;
    let at = from;
    while (to - at >= headerLength) {
      const seconds = uint32(bytes, at, isBig);
      const captured = uint32(bytes, at + 8, isBig);
      if (seconds === this.#magic && this.#isFileHeader(bytes, at)) {
        if (to - at < PCAP_HEADER_LENGTH) return this.#need(PCAP_HEADER_LENGTH, at);
        this.#sink.note(`another pcap file was appended at offset ${origin + at}: it is read as well`);
        this.#interface = this.#readFileHeader(bytes, at);
        at += PCAP_HEADER_LENGTH;
        continue;
      }
      if (captured > MAX_PACKET) return this.#stop(captured, origin + at, at);
      const start = at + headerLength;
      const end = start + captured;
      if (end > to) return this.#need(headerLength + captured, at);
      const ns = uint32(bytes, at + 4, isBig) * this.#nsPerTick;
      this.#sink.packet(bytes, start, end, uint32(bytes, at + 12, isBig), this.#interface, seconds, ns);
      at = end;
    }
    return this.#need(headerLength, at);
  }

  end(): void {
    this.isStopped = true;
  }

  #need(bytes: number, at: number): number {
    this.needed = bytes;
    return at;
  }

  #stop(captured: number, offset: number, at: number): number {
    this.isStopped = true;
    this.#sink.note(`the record at offset ${offset} says that it holds ${captured} bytes: the file is damaged there and was read up to it`);
    return at;
  }

  /** `cat a.pcap b.pcap`: as a record it would be of the year 2055 and of version 2.4. */
  #isFileHeader(bytes: Buffer, at: number): boolean {
    return uint16(bytes, at + 4, this.#isBig) === 2 && uint16(bytes, at + 6, this.#isBig) === 4;
  }

  #readFileHeader(bytes: Buffer, at: number): CaptureInterface {
    // The upper half of the last word holds the length of frame check sequences.
    const linkType = uint32(bytes, at + 20, this.#isBig) & 0xffff;
    const found = { id: 0, linkType, snapLength: uint32(bytes, at + 16, this.#isBig), name: null };
    this.#sink.interface(found);
    return found;
  }
}
