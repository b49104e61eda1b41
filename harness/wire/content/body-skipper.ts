import type { BodyPlan } from './message-body.ts';

const LF = 10;
const CR = 13;
const SEMICOLON = 59;
/** Longest line of a chunk's size with its extensions, and longest trailer section. */
const MAX_LINE = 16_384;
/** A body's start is kept up to this many bytes. */
const SAMPLE_BYTES = 200;

/** Takes the first bytes of a body, as latin1. */
export interface BodySample {
  bodyStart: string;
}

type State = 'done' | 'data' | 'until-close' | 'size' | 'data-end' | 'trailer' | 'broken';

/** Passes over the body of one HTTP/1 message after the other without holding any of it (RFC 9112 sections 6 and 7). */
export class BodySkipper {
  #state: State = 'done';
  #isChunked = false;
  /** Bytes of data still to come. */
  #left = 0;
  /** Of the line that is being read: bytes so far, and the size as far as it was read (-1: its digits are over). */
  #lineLength = 0;
  #size = 0;
  #isSizeOver = false;
  #sample: BodySample | null = null;

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Where the body ends cannot be told any more. */
  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  begin(plan: BodyPlan, sample: BodySample | null): void {
    this.#sample = sample;
    this.#isChunked = plan.kind === 'chunked';
    this.#left = plan.kind === 'length' ? plan.length : 0;
    if (plan.kind === 'length') this.#state = plan.length === 0 ? 'done' : 'data';
    else if (plan.kind === 'until-close') this.#state = 'until-close';
    else if (plan.kind === 'chunked') this.#startLine('size');
    else this.#state = 'broken';
  }

  /** Returns where it stopped: behind the body, or `end`. */
  skip(chunk: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      if (this.#state === 'data') at = this.#skipData(chunk, at, end);
      else if (this.#state === 'until-close') {
        this.#keep(chunk, at, end);
        return end;
      } else if (this.#state === 'done') return at;
      else if (this.#state === 'broken') return end;
      else at = this.#readLine(chunk, at, end);
    }
    return at;
  }

  /** Bytes that are missing do no harm inside data. Returns how many lie behind the body. */
  skipMissing(count: number): number {
    if (this.#state === 'until-close' || this.#state === 'broken') return 0;
    if (this.#state !== 'data') {
      if (this.#state !== 'done') this.#state = 'broken';
      return count;
    }
    const taken = Math.min(count, this.#left);
    this.#left -= taken;
    this.#sample = null;
    if (this.#left === 0) this.#endData();
    if (taken === count || this.isDone) return count - taken;
    this.#state = 'broken';
    return count - taken;
  }

  #skipData(chunk: Buffer, start: number, end: number): number {
    const to = Math.min(end, start + this.#left);
    this.#keep(chunk, start, to);
    this.#left -= to - start;
    if (this.#left === 0) this.#endData();
    return to;
  }

  #endData(): void {
    if (this.#isChunked) this.#startLine('data-end');
    else this.#state = 'done';
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const sample = this.#sample;
    if (sample === null) return;
    sample.bodyStart += chunk.toString('latin1', start, Math.min(end, start + SAMPLE_BYTES - sample.bodyStart.length));
    if (sample.bodyStart.length >= SAMPLE_BYTES) this.#sample = null;
  }

  #startLine(state: 'size' | 'data-end' | 'trailer'): void {
    this.#state = state;
    this.#lineLength = 0;
    this.#size = 0;
    this.#isSizeOver = false;
  }

  #readLine(chunk: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LF) {
        this.#endLine();
        return at + 1;
      }
      if (byte === CR) continue;
      this.#lineLength += 1;
      if (this.#state === 'size') this.#addDigit(byte);
      if (this.#state === 'data-end' || this.#lineLength > MAX_LINE) this.#state = 'broken';
      if (this.#state === 'broken') return end;
    }
    return end;
  }

  #addDigit(byte: number): void {
    if (this.#isSizeOver) return;
    const digit = hexDigit(byte);
    if (digit !== -1) this.#size = this.#size * 16 + digit;
    // Extensions come behind a semicolon, and old servers pad the size with spaces.
    else if (this.#lineLength > 1 && (byte === SEMICOLON || byte === 32 || byte === 9)) this.#isSizeOver = true;
    else this.#state = 'broken';
    if (this.#size > Number.MAX_SAFE_INTEGER) this.#state = 'broken';
  }

  #endLine(): void {
    if (this.#state === 'data-end') this.#startLine('size');
    else if (this.#state === 'trailer') {
      // An empty line ends the trailers, and the body.
      if (this.#lineLength === 0) this.#state = 'done';
      else this.#startLine('trailer');
    } else if (this.#lineLength === 0) this.#state = 'broken';
    else if (this.#size === 0) this.#startLine('trailer');
    else {
      this.#state = 'data';
      this.#left = this.#size;
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
