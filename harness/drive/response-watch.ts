import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { judgeResponse } from '../wire/handshake.ts';
import { hasToken, headerValues, parseResponseHead, type RequestHead, type ResponseHead } from '../wire/http-head.ts';
import type { ClientWire } from './client-wire.ts';

/** Reads the answer to an opening handshake off a wire and judges it. */
export class ResponseWatch {
  readonly #wire: ClientWire;
  readonly #key: string | null;
  readonly #request: RequestHead | null;
  readonly #startedAtMs: number;
  #bytes: Buffer = Buffer.alloc(0);
  #bodyBytes = 0;
  #head: ResponseHead | null = null;
  #outcome: HandshakeOutcome | null = null;

  constructor(wire: ClientWire, { key, request }: { readonly key: string | null; readonly request: RequestHead | null }) {
    this.#wire = wire;
    this.#key = key;
    this.#request = request;
    this.#startedAtMs = wire.times.startedAtMs;
    wire.read((chunk) => this.#push(chunk));
  }

  /** Null while the answer is not whole. */
  get outcome(): HandshakeOutcome | null {
    return this.#outcome;
  }

  /** What came after the head. */
  get rest(): Buffer {
    return this.#bytes;
  }

  /** Waits for the answer, the end of the connection, or the deadline (Unix milliseconds). */
  async settle(deadlineAtMs: number): Promise<HandshakeOutcome> {
    await this.#wire.until(() => this.#outcome !== null || this.#wire.end !== null, deadlineAtMs);
    this.#outcome ??= this.#outcomeWithoutAnswer();
    return this.#outcome;
  }

  /** After an answer other than 101: waits for its body, and for the end of the connection where one is announced or needed. */
  async gatherBody(deadlineAtMs: number, graceMs: number): Promise<void> {
    const head = this.#head;
    if (head === null) return;
    const [length] = headerValues(head, 'Content-Length');
    const isWhole = (): boolean => length !== undefined && this.#bodyBytes >= Number(length);
    const hasEnded = (): boolean => this.#wire.end !== null;
    if (length !== undefined) await this.#wire.until(() => isWhole() || hasEnded(), deadlineAtMs);
    const isKeptAlive = isWhole() && !hasToken(head, 'Connection', 'close');
    if (!isKeptAlive) await this.#wire.until(hasEnded, Math.min(deadlineAtMs, nowMs() + graceMs));
  }

  #push(chunk: Buffer): void {
    if (this.#outcome !== null && this.#outcome.kind !== 'upgraded') {
      this.#bodyBytes += chunk.length;
      return;
    }
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    // RFC 9110 section 15.2: interim answers may come before; 101 is the only 1xx that ends the exchange.
    while (this.#outcome === null) {
      const result = parseResponseHead(this.#bytes);
      if (result.kind === 'incomplete') return;
      const elapsedMs = nowMs() - this.#startedAtMs;
      if (result.kind === 'malformed') {
        this.#outcome = { kind: 'malformed-response', detail: `${result.reason} at byte ${result.offset}`, elapsedMs };
        return;
      }
      this.#bytes = this.#bytes.subarray(result.head.byteLength);
      const { status } = result.head;
      if (status >= 100 && status < 200 && status !== 101) continue;
      this.#head = result.head;
      this.#bodyBytes = this.#bytes.length;
      this.#outcome = { ...judgeResponse(result.head, this.#key, this.#request), elapsedMs };
    }
  }

  #outcomeWithoutAnswer(): HandshakeOutcome {
    const { end } = this.#wire;
    if (end === null || end.kind === 'local') return { kind: 'timeout', waitedMs: nowMs() - this.#startedAtMs, waitingFor: 'response' };
    const afterMs = end.atMs - this.#startedAtMs;
    if (this.#bytes.length > 0 && end.kind === 'fin')
      return { kind: 'malformed-response', detail: 'the connection ended within the head', elapsedMs: afterMs };
    return end.kind === 'reset' ? { kind: 'reset', afterMs } : { kind: 'closed', afterMs };
  }
}
