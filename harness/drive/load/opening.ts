import type { HandshakeOutcome } from '../../model/outcome.ts';
import { judgeResponse } from '../../wire/handshake.ts';
import { parseResponseHead } from '../../wire/http-head.ts';
import { deflateAnswer } from './deflate.ts';
import { type LoadKit, newKey, requestBytes } from './load-kit.ts';

type Stage = 'connect' | 'tls' | 'response';

/** The answer to an opening handshake, as far as it is known. `rest`: what came after a right 101. */
export type OpeningAnswer =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'failed'; readonly outcome: HandshakeOutcome }
  | { readonly kind: 'upgraded'; readonly rest: Buffer; readonly isDeflated: boolean };

/** A session before its 101; dropped with it. Times are those of `performance.now()`. */
export class Opening {
  readonly startedAtMs: number;
  stageAtMs: number;
  stage: Stage = 'connect';
  readonly #kit: LoadKit;
  readonly #key = newKey();
  #bytes: Buffer | null = null;

  constructor(kit: LoadKit, nowMs: number) {
    this.#kit = kit;
    this.startedAtMs = nowMs;
    this.stageAtMs = nowMs;
  }

  /** Time since the stage before ended; the next one begins. */
  lap(nowMs: number): number {
    const ms = nowMs - this.stageAtMs;
    this.stageAtMs = nowMs;
    return ms;
  }

  request(): Buffer {
    this.stage = 'response';
    return requestBytes(this.#kit.request, this.#key);
  }

  /** More of the answer. Interim answers may come before it (RFC 9110 section 15.2). */
  push(chunk: Buffer, nowMs: number): OpeningAnswer {
    let bytes = this.#bytes === null ? Buffer.from(chunk) : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = bytes;
    const elapsedMs = nowMs - this.startedAtMs;
    for (;;) {
      const parsed = parseResponseHead(bytes);
      if (parsed.kind === 'incomplete') return parsed;
      if (parsed.kind === 'malformed') return failed({ kind: 'malformed-response', detail: parsed.reason, elapsedMs });
      const { head } = parsed;
      bytes = bytes.subarray(head.byteLength);
      this.#bytes = bytes;
      if (head.status >= 100 && head.status < 200 && head.status !== 101) continue;
      const judged = judgeResponse(head, this.#key, this.#kit.request);
      if (judged.kind !== 'upgraded') return failed({ ...judged, elapsedMs });
      const deflate = deflateAnswer(head);
      if (deflate === 'wrong') return failed({ kind: 'malformed-response', detail: 'an extension that was not offered so', elapsedMs });
      return { kind: 'upgraded', rest: bytes, isDeflated: deflate === 'accepted' };
    }
  }

  /** The outcome when the connection ended before an answer. TLS tells the peer's FIN as an error of its own. */
  endedBy(error: (Error & { readonly code?: string }) | null, nowMs: number): HandshakeOutcome {
    const afterMs = nowMs - this.startedAtMs;
    const isFin = error === null || error.message.includes('disconnected before secure TLS');
    if (isFin && this.#bytes !== null && this.#bytes.length > 0)
      return { kind: 'malformed-response', detail: 'the connection ended within the head', elapsedMs: afterMs };
    if (isFin) return { kind: 'closed', afterMs };
    const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    if (isReset && this.stage !== 'connect') return { kind: 'reset', afterMs };
    return { kind: 'connect-failed', code: error.code ?? 'UNKNOWN', afterMs };
  }

  timedOut(nowMs: number): HandshakeOutcome {
    return { kind: 'timeout', waitedMs: nowMs - this.startedAtMs, waitingFor: this.stage };
  }
}

const failed = (outcome: HandshakeOutcome): OpeningAnswer => ({ kind: 'failed', outcome });
