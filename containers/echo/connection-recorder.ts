import type { OriginConnection } from '../../harness/model/evidence.ts';
import type { ConnectionEnd } from '../../harness/model/outcome.ts';
import { ByteLog } from '../../harness/wire/byte-log.ts';
import { nowMs } from './clock.ts';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** Keeps what one connection carried and how it ended. The first end that is told stands. */
export class ConnectionRecorder {
  readonly #id: number;
  readonly #peer: Peer;
  readonly acceptedAtMs = nowMs();
  readonly #received = new ByteLog();
  readonly #sent = new ByteLog();
  #status: number | null = null;
  #refusal: string | null = null;
  #messages = 0;
  #end: ConnectionEnd = { kind: 'survived' };
  #isGone = false;

  constructor(id: number, peer: Peer) {
    this.#id = id;
    this.#peer = peer;
  }

  received(chunk: Buffer): void {
    this.#received.add(chunk, nowMs());
  }

  sent(chunk: Buffer): void {
    this.#sent.add(chunk, nowMs());
  }

  /** What the connection's latest request was answered with; a refusal comes with its reason. */
  answered(status: number | null, refusal: string | null = null): void {
    this.#status = status;
    this.#refusal = refusal;
  }

  countMessage(): void {
    this.#messages += 1;
  }

  ended(end: ConnectionEnd): void {
    if (this.#end.kind === 'survived') this.#end = end;
  }

  /** A socket error: the peer's reset (which a write meets as EPIPE), or one of the origin's own making. */
  failed(error: Error & { readonly code?: string }): void {
    const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    this.ended({ kind: isReset ? 'reset' : 'local', atMs: nowMs() });
  }

  /** The socket is closed for good: nothing will be added. */
  gone(): void {
    this.ended({ kind: 'local', atMs: nowMs() });
    this.#isGone = true;
  }

  get isUpgraded(): boolean {
    return this.#status === 101;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  snapshot(): OriginConnection {
    return {
      id: this.#id,
      acceptedAtMs: this.acceptedAtMs,
      remoteAddress: this.#peer.address,
      remotePort: this.#peer.port,
      received: this.#received.kept,
      sent: this.#sent.kept,
      receivedBytes: this.#received.total,
      sentBytes: this.#sent.total,
      status: this.#status,
      refusal: this.#refusal,
      framesReceived: this.#messages,
      end: this.#end,
    };
  }
}
