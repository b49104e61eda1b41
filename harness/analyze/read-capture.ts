import type { Readable } from 'node:stream';
import { HarnessError } from '../errors.ts';
import { CaptureParser } from '../wire/capture/capture-parser.ts';
import type { CaptureEvents, CaptureInterface } from '../wire/capture/captured-packet.ts';
import { linkTypeName } from '../wire/capture/protocol-names.ts';
import { type Compression, compressionOf, decompress, isCutShort, MAGIC_LENGTH } from './capture-compression.ts';
import { openInput, systemWords } from './capture-input.ts';

export interface ReadCaptureOptions {
  /** What `-` stands for; the standard input of the process when absent. */
  readonly stdin?: Readable;
  /** Aborted: reading ends, and what was read until then counts. */
  readonly signal?: AbortSignal;
  /** After each piece, in bytes of the file as it is, compressed or not; `totalBytes` is null when the size is not known. */
  readonly onProgress?: (readBytes: number, totalBytes: number | null) => void;
}

/** What is known of a capture file once it was read. */
export interface CaptureFile {
  /** As it was given; `-` is standard input. */
  readonly file: string;
  /** `pcap`, `pcap (nanoseconds)`, `pcap (modified)`, `pcapng`. */
  readonly format: string;
  /** `Ethernet`, `Linux cooked v2` ...; `several` when packets differ in it. */
  readonly linkType: string;
  readonly packets: number;
  /** Bytes of the capture, uncompressed. */
  readonly bytes: number;
  /** The file ends in the middle of a record, or of its compressed data. */
  readonly truncated: boolean;
  /** Packets that the capture says it lost; null when it does not say. */
  readonly dropped: number | null;
  readonly epochSeconds: number;
  readonly compression: Compression | null;
  /** Sentences about the file: damage, clocks that jump, what was left out. */
  readonly notes: readonly string[];
  /** The first thousand. */
  readonly interfaces: readonly CaptureInterface[];
}

/** Why no more is to be read, although there is more. */
class EnoughRead extends Error {}
const interrupted = (): EnoughRead => new EnoughRead('reading was interrupted: what follows is about the part that was read');
/** Keeps what a receiver of packets threw apart from what goes wrong with the file. */
class ReceiverError extends Error {}

/**
 * Reads a capture file, plain or compressed with gzip or zstd, in one pass and in bounded memory, and hands each packet to `events`.
 * Throws CAPTURE_ERR_NOT_FOUND, and CAPTURE_ERR_UNREADABLE for what is no capture; damage further on is told in `notes`.
 */
export async function readCapture(file: string, events: CaptureEvents, options: ReadCaptureOptions = {}): Promise<CaptureFile> {
  const stdin = options.stdin ?? process.stdin;
  await using input = await openInput(file, stdin);
  // A pipe that is silent would be waited for until its writer ends.
  const stop = (): void => void (file === '-' && stdin.destroy(interrupted()));
  using stack = new DisposableStack();
  options.signal?.addEventListener('abort', stop, { once: true });
  stack.defer(() => options.signal?.removeEventListener('abort', stop));
  const parser = new CaptureParser(events);
  const push = (chunk: Buffer): void => {
    try {
      parser.push(chunk);
    } catch (cause) {
      throw new ReceiverError('a receiver of packets failed', { cause });
    }
    if (options.signal?.aborted === true) throw interrupted();
    if (parser.isStopped) throw new EnoughRead();
  };
  const chunks = counted(input.chunks, (readBytes) => options.onProgress?.(readBytes, input.totalBytes));
  let compression: Compression | null = null;
  let fault: unknown = null;
  try {
    const first = await firstChunk(chunks);
    compression = compressionOf(first);
    const all = resumed(first, chunks);
    if (compression === null) for await (const chunk of all) push(chunk);
    else await decompress(all, compression, push);
  } catch (error) {
    if (error instanceof ReceiverError) throw error.cause;
    fault = error;
  }
  parser.end();
  return captureFile(file, parser, compression, fault);
}

async function* counted(chunks: AsyncIterable<Buffer>, onRead: (readBytes: number) => void): AsyncGenerator<Buffer, undefined> {
  let readBytes = 0;
  for await (const chunk of chunks) {
    yield chunk;
    readBytes += chunk.length;
    onRead(readBytes);
  }
}

/** Enough bytes to tell the compression by; fewer when that is all there is. */
async function firstChunk(chunks: AsyncGenerator<Buffer, undefined>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < MAGIC_LENGTH) {
    const { value } = await chunks.next();
    if (value === undefined) return first;
    first = first.length === 0 && value.length >= MAGIC_LENGTH ? value : Buffer.concat([first, value]);
  }
  return first;
}

async function* resumed(first: Buffer, rest: AsyncGenerator<Buffer, undefined>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function captureFile(file: string, parser: CaptureParser, compression: Compression | null, fault: unknown): CaptureFile {
  const { format } = parser;
  if (format === null) throw unreadable(file, parser, compression, fault);
  const linkTypes = parser.linkTypes.length > 0 ? parser.linkTypes : parser.interfaces.map((one) => one.linkType);
  const [linkType] = linkTypes;
  return {
    file,
    format,
    linkType: linkType === undefined ? 'none' : linkTypes.some((other) => other !== linkType) ? 'several' : linkTypeName(linkType),
    packets: parser.packets,
    bytes: parser.bytes,
    truncated: fault instanceof EnoughRead ? false : fault !== null || parser.isTruncated,
    dropped: parser.dropped,
    epochSeconds: parser.epochSeconds,
    compression,
    notes: [...parser.notes, ...endNotes(fault, compression)],
    interfaces: parser.interfaces,
  };
}

function unreadable(file: string, parser: CaptureParser, compression: Compression | null, fault: unknown): HarnessError {
  const place = file === '-' ? 'standard input' : file;
  const isFaulty = fault !== null && !(fault instanceof EnoughRead);
  const seen = isFaulty ? `expected a capture file, saw ${faultWords(fault, compression)}` : (parser.problem ?? '');
  const where = compression !== null && !isFaulty ? `inside the ${compression} data of ${place}` : `in ${place}`;
  return new HarnessError('CAPTURE_ERR_UNREADABLE', `${seen} ${where}`, { place: { file }, cause: fault });
}

function endNotes(fault: unknown, compression: Compression | null): readonly string[] {
  if (fault === null) return [];
  if (fault instanceof EnoughRead) return fault.message === '' ? [] : [fault.message];
  return [`the file could be read only in part: it holds ${faultWords(fault, compression)}`];
}

/** What is wrong with the file, when reading it failed. */
function faultWords(fault: unknown, compression: Compression | null): string {
  if (compression === null) return systemWords(fault);
  return isCutShort(fault) ? `${compression} data that ends too early` : `damaged ${compression} data`;
}
