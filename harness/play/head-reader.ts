import type { TimedBytes } from '../model/evidence.ts';
import { ByteLog, KEPT_BYTES } from '../wire/byte-log.ts';
import { MAX_HEAD_BYTES, parseResponseHead, type ResponseHead } from '../wire/http-head.ts';

/** Where the first head of one direction ends. */
export interface HeadReader {
  /** The bytes that follow the head; null while it is not whole. */
  push(chunk: Buffer, atMs: number): Buffer | null;
  /** The head, byte by byte; null while it is not whole. */
  readonly bytes: Buffer | null;
  /** When its last byte came, in Unix milliseconds. */
  readonly atMs: number | null;
  /** What came and belongs to no such head. */
  before(): readonly TimedBytes[];
}

/**
 * Reads the head of a request that may be as wrong as it likes: it ends with the first empty line, be the line ends CRLF or LF.
 * Empty lines before it are part of it.
 */
export class RequestHeadReader implements HeadReader {
  readonly #log = new ByteLog();
  #pending: Buffer = Buffer.alloc(0);
  #bytes: Buffer | null = null;
  #atMs: number | null = null;

  get bytes(): Buffer | null {
    return this.#bytes;
  }

  get atMs(): number | null {
    return this.#atMs;
  }

  push(chunk: Buffer, atMs: number): Buffer | null {
    this.#log.add(chunk, atMs);
    if (this.#bytes !== null) return chunk;
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const end = endOfHead(this.#pending);
    if (end === null) {
      if (this.#pending.length > KEPT_BYTES) this.#pending = this.#pending.subarray(0, KEPT_BYTES);
      return null;
    }
    this.#bytes = Buffer.from(this.#pending.subarray(0, end));
    this.#atMs = atMs;
    const rest = this.#pending.subarray(end);
    this.#pending = Buffer.alloc(0);
    return rest;
  }

  before(): readonly TimedBytes[] {
    return this.#bytes === null ? this.#log.kept : [];
  }
}

function endOfHead(bytes: Buffer): number | null {
  const start = /^[\r\n]*/.exec(bytes.toString('latin1', 0, 64))?.[0].length ?? 0;
  const match = /\n\r?\n/.exec(bytes.toString('latin1', start, MAX_HEAD_BYTES));
  return match === null ? null : start + match.index + match[0].length;
}

/** Reads the head of the final response (RFC 9110 section 15.2: of 1xx only 101 is one); interim ones count as what came before. */
export class ResponseHeadReader implements HeadReader {
  readonly #before = new ByteLog();
  #pending: Buffer = Buffer.alloc(0);
  #bytes: Buffer | null = null;
  #atMs: number | null = null;
  #head: ResponseHead | null = null;
  #fault: string | null = null;

  get bytes(): Buffer | null {
    return this.#bytes;
  }

  get atMs(): number | null {
    return this.#atMs;
  }

  get head(): ResponseHead | null {
    return this.#head;
  }

  /** Why what came is no response; null while it may become one. */
  get fault(): string | null {
    return this.#fault;
  }

  push(chunk: Buffer, atMs: number): Buffer | null {
    if (this.#head !== null) return chunk;
    if (this.#fault !== null) {
      this.#before.add(chunk, atMs);
      return null;
    }
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const result = parseResponseHead(this.#pending);
      if (result.kind === 'incomplete') return null;
      this.#atMs = atMs;
      if (result.kind === 'malformed') {
        this.#fault = `${result.reason} at byte ${result.offset}`;
        this.#before.add(this.#pending, atMs);
        this.#pending = Buffer.alloc(0);
        return null;
      }
      const { status, byteLength } = result.head;
      const bytes = Buffer.from(this.#pending.subarray(0, byteLength));
      this.#pending = this.#pending.subarray(byteLength);
      if (status >= 200 || status < 100 || status === 101) return this.#found(result.head, bytes);
      this.#before.add(bytes, atMs);
    }
  }

  /** Whether bytes of a head have come that is not whole. */
  get isWithinHead(): boolean {
    return this.#head === null && this.#pending.length > 0;
  }

  before(): readonly TimedBytes[] {
    const unfinished = this.#head === null && this.#pending.length > 0;
    const last = { atMs: this.#atMs ?? 0, base64: this.#pending.toString('base64') };
    return unfinished ? [...this.#before.kept, last] : this.#before.kept;
  }

  #found(head: ResponseHead, bytes: Buffer): Buffer {
    this.#head = head;
    this.#bytes = bytes;
    const rest = this.#pending;
    this.#pending = Buffer.alloc(0);
    return rest;
  }
}
