import type { OriginConnection } from '../../harness/model/evidence.ts';
import type { ConnectionEnd } from '../../harness/model/outcome.ts';
import { nowMs } from './clock.ts';
import { Transcript, type TranscriptRoom } from './transcript.ts';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** What an origin keeps all its records in. */
export interface RecordShelf {
  readonly room: TranscriptRoom;
  /** The connection of this record is closed for good. */
  closed(record: ConnectionRecorder): void;
}

const SURVIVED: ConnectionEnd = { kind: 'survived' };

/** Keeps what one connection carried and how it ended. The first end that is told stands. */
export class ConnectionRecorder {
  readonly #id: number;
  readonly #peer: Peer;
  readonly acceptedAtMs = nowMs();
  readonly #shelf: RecordShelf;
  readonly #received = new Transcript();
  readonly #sent = new Transcript();
  #status: number | null = null;
  #refusal: string | null = null;
  #messages = 0;
  /** Whether the 101 is among what was sent: what comes after it belongs to the session. */
  #hasSwitched = false;
  #end: ConnectionEnd = SURVIVED;
  #isGone = false;

  constructor(id: number, peer: Peer, shelf: RecordShelf) {
    this.#id = id;
    this.#peer = peer;
    this.#shelf = shelf;
  }

  received(chunk: Buffer): void {
    this.#received.add(chunk, nowMs(), this.isUpgraded ? this.#shelf.room : null);
  }

  sent(chunk: Buffer): void {
    this.#sent.add(chunk, nowMs(), this.#hasSwitched ? this.#shelf.room : null);
    this.#hasSwitched = this.isUpgraded;
  }

  /** What the connection's latest request was answered with; a refusal comes with its reason. */
  answered(status: number | null, refusal: string | null = null): void {
    this.#status = status;
    this.#refusal = refusal;
  }

  countMessages(count: number): void {
    this.#messages += count;
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
    if (this.#isGone) return;
    this.#isGone = true;
    this.#shelf.closed(this);
  }

  /** Its record is kept no longer. */
  forgotten(): void {
    this.#shelf.room.giveBack(this.#received.taken + this.#sent.taken);
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
