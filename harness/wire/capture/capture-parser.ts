import type { CaptureEvents, CaptureInterface } from './captured-packet.ts';
import { CaptureSink } from './capture-sink.ts';
import { describeForeign } from './foreign-format.ts';
import { PCAP_HEADER_LENGTH, PcapReader, pcapByteOrder } from './pcap-reader.ts';
import { isPcapng, PcapngReader } from './pcapng-reader.ts';
import type { RecordReader } from './record-reader.ts';

/** Enough to tell formats apart, and to quote. */
const FIRST_BYTES = 64;
const EXPECTED = 'expected a capture file (pcap or pcapng, also gzip or zstd)';

/**
 * Reads a capture file that is pushed in pieces of any size: pcap (microseconds, nanoseconds, modified) and pcapng, of either byte order. Packets that lie
 * whole in a piece are handed on in place; only a record that is cut by the end of a piece is copied. It takes any bytes at all: what is wrong is in `notes`.
 */
export class CaptureParser {
  readonly #sink: CaptureSink;
  #reader: RecordReader | null = null;
  #problem: string | null = null;
  #carry = Buffer.alloc(0);
  #carried = 0;
  #skip = 0;
  #offset = 0;
  #isTruncated = false;

  constructor(events: CaptureEvents) {
    this.#sink = new CaptureSink(events);
  }

  /** `pcap`, `pcap (nanoseconds)`, `pcap (modified)` or `pcapng`; null until it is known. */
  get format(): string | null {
    return this.#reader?.format ?? null;
  }

  /** Whole Unix seconds of the first packet that has a time; 0 before it. */
  get epochSeconds(): number {
    return this.#sink.epochSeconds;
  }

  get packets(): number {
    return this.#sink.packets;
  }

  /** Bytes pushed so far. */
  get bytes(): number {
    return this.#offset;
  }

  /** The file ends in the middle of a record. Known after `end`. */
  get isTruncated(): boolean {
    return this.#isTruncated;
  }

  /** Sentences about the file, at most 21: damage, clocks that jump, what was left out. */
  get notes(): readonly string[] {
    return this.#sink.notes;
  }

  /** LINKTYPE numbers of the packets so far, in order of appearance. */
  get linkTypes(): readonly number[] {
    return this.#sink.linkTypes;
  }

  /** The first thousand interfaces. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#sink.interfaces;
  }

  /** Packets that the capture says it lost; null when it says nothing of the kind. */
  get dropped(): number | null {
    return this.#sink.dropped;
  }

  /** Why this is no capture: what was expected and what was seen. Null when it is one, or when that is not known yet. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Nothing that comes will be read any more. */
  get isStopped(): boolean {
    return this.#problem !== null || (this.#reader?.isStopped ?? false);
  }

  /** Reads on. The packets that become whole are handed on before this returns, and share the chunk's memory. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.isStopped) {
      if (this.#skip > 0) at = this.#skipOver(chunk, at);
      else if (this.#carried > 0 || this.#reader === null) at = this.#completeCarry(chunk, at);
      else at = this.#readInPlace(chunk, at, this.#reader);
    }
    this.#offset += chunk.length;
  }

  /** The file has ended. */
  end(): void {
    if (this.#reader === null && this.#problem === null) this.#begin();
    if (this.#carried > 0) this.#readCarry(this.#offset);
    this.#isTruncated = !this.isStopped && (this.#carried > 0 || this.#skip > 0);
    this.#reader?.end();
    this.#carry = Buffer.alloc(0);
    this.#carried = 0;
  }

  /** Finds out what the file is by the bytes carried so far, and takes its header off them. */
  #begin(): void {
    const first = this.#carry.subarray(0, this.#carried);
    if (isPcapng(first)) this.#reader = new PcapngReader(this.#sink);
    else if (pcapByteOrder(first) === null) this.#problem = `${EXPECTED}, saw ${describeForeign(first)}`;
    else if (first.length < PCAP_HEADER_LENGTH) this.#problem = `${EXPECTED}, saw a pcap header cut after ${first.length} bytes`;
    else {
      this.#reader = new PcapReader(first, this.#sink);
      this.#takeCarried(PCAP_HEADER_LENGTH);
    }
  }

  #readInPlace(chunk: Buffer, at: number, reader: RecordReader): number {
    const stop = reader.read(chunk, at, chunk.length, this.#offset);
    this.#skip = reader.skip;
    reader.skip = 0;
    if (this.#skip > 0 || reader.isStopped) return stop;
    this.#append(chunk, stop, chunk.length);
    return chunk.length;
  }

  /** Completes the record that an earlier chunk began, with no more bytes than it takes. */
  #completeCarry(chunk: Buffer, at: number): number {
    const needed = this.#reader?.needed ?? FIRST_BYTES;
    const end = Math.min(chunk.length, at + needed - this.#carried);
    this.#append(chunk, at, end);
    if (this.#carried < needed) return end;
    if (this.#reader === null) this.#begin();
    this.#readCarry(this.#offset + end);
    return end;
  }

  /** Reads what is carried; `offset` is where in the file it ends. */
  #readCarry(offset: number): void {
    const reader = this.#reader;
    if (reader === null) return;
    this.#takeCarried(reader.read(this.#carry, 0, this.#carried, offset - this.#carried));
    this.#skip = reader.skip;
    reader.skip = 0;
  }

  #skipOver(chunk: Buffer, at: number): number {
    const held = Math.min(this.#skip, this.#carried);
    this.#takeCarried(held);
    const passed = Math.min(this.#skip - held, chunk.length - at);
    this.#skip -= held + passed;
    return at + passed;
  }

  #takeCarried(bytes: number): void {
    this.#carry.copyWithin(0, bytes, this.#carried);
    this.#carried -= bytes;
  }

  #append(chunk: Buffer, from: number, to: number): void {
    const size = this.#carried + to - from;
    if (size > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, this.#carry.length * 2, 4096));
      this.#carry.copy(larger, 0, 0, this.#carried);
      this.#carry = larger;
    }
    chunk.copy(this.#carry, this.#carried, from, to);
    this.#carried = size;
  }
}
