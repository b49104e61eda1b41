import type { Socket } from 'node:net';
import type { OriginConnection } from '../../harness/model/evidence.ts';
import type { OriginFault } from '../../harness/model/origin-fault.ts';
import type { OriginBehaviour } from '../../harness/model/origin-protocol.ts';
import { ConnectionRecorder, type RecordShelf } from './connection-recorder.ts';
import { PlayStage } from './play-stage.ts';
import { TranscriptRoom } from './transcript.ts';
import type { WorldFront } from './world-front.ts';

/** Connections that ended and that nobody asked for, of which the oldest is forgotten: under load there may be any number. */
const MOST_ENDED = 50_000;
const MOST_ADDRESSES = 1000;

/** The part that an origin's two sides share: its sockets record into it, its control reads it and sets what comes next. */
export class OriginState implements RecordShelf {
  #nextId = 1;
  /** In the order of acceptance. */
  readonly #recorders = new Set<ConnectionRecorder>();
  /** In the order of their ends. */
  readonly #ended = new Set<ConnectionRecorder>();
  readonly room = new TranscriptRoom();
  /** One text for each peer, however many connections it has. */
  readonly #addresses = new Map<string, string>();
  readonly #recorderOf = new WeakMap<Socket, ConnectionRecorder>();
  #behaviour: OriginBehaviour = { kind: 'normal' };
  #remaining = 0;
  readonly stage = new PlayStage();
  /** What is wrong with it all the time. */
  readonly fault: OriginFault | null;

  /** What it is beyond itself in somebody's world. */
  readonly front: WorldFront | null;

  constructor(fault: OriginFault | null = null, front: WorldFront | null = null) {
    this.fault = fault;
    this.front = front;
  }

  accept(socket: Socket): ConnectionRecorder {
    const address = this.#addressOf(socket.remoteAddress ?? '');
    const recorder = new ConnectionRecorder(this.#nextId, { address, port: socket.remotePort ?? 0 }, this);
    this.#nextId += 1;
    this.#recorders.add(recorder);
    this.#recorderOf.set(socket, recorder);
    return recorder;
  }

  #addressOf(remote: string): string {
    const known = this.#addresses.get(remote);
    if (known !== undefined) return known;
    // On a socket for both families IPv4 peers look like ::ffff:10.0.0.1.
    const address = remote.replace(/^::ffff:(?=\d+\.)/, '');
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.set(remote, address);
    return address;
  }

  recorderOf(socket: Socket): ConnectionRecorder | undefined {
    return this.#recorderOf.get(socket);
  }

  /** Keeps a connection out of `take`: it belongs to a play. */
  forget(recorder: ConnectionRecorder): void {
    if (!this.#recorders.delete(recorder)) return;
    this.#ended.delete(recorder);
    recorder.forgotten();
  }

  closed(recorder: ConnectionRecorder): void {
    if (!this.#recorders.has(recorder)) return;
    this.#ended.add(recorder);
    const [oldest] = this.#ended.size > MOST_ENDED ? this.#ended : [];
    if (oldest !== undefined) this.forget(oldest);
  }

  behave(behaviour: OriginBehaviour, count: number): void {
    this.#behaviour = behaviour;
    this.#remaining = count;
  }

  /** How to treat the handshake that was just read. */
  nextBehaviour(): OriginBehaviour {
    if (this.#remaining <= 0) return behaviourOf(this.fault);
    this.#remaining -= 1;
    return this.#behaviour;
  }

  /** Every connection that is new or still open since the last take, in the order of acceptance; ended ones are forgotten. */
  take(): readonly OriginConnection[] {
    const taken = [...this.#recorders].map((recorder) => recorder.snapshot());
    for (const recorder of this.#ended) this.forget(recorder);
    return taken;
  }
}

/** A fault that shows before there is a session. */
function behaviourOf(fault: OriginFault | null): OriginBehaviour {
  const isEarly = fault?.kind === 'reject' || fault?.kind === 'stall' || fault?.kind === 'close' || fault?.kind === 'reset';
  return isEarly ? fault : { kind: 'normal' };
}
