import type { Socket } from 'node:net';
import type { OriginConnection } from '../../harness/model/evidence.ts';
import type { OriginFault } from '../../harness/model/origin-fault.ts';
import type { OriginBehaviour } from '../../harness/model/origin-protocol.ts';
import { ConnectionRecorder } from './connection-recorder.ts';
import { PlayStage } from './play-stage.ts';

/** The part that an origin's two sides share: its sockets record into it, its control reads it and sets what comes next. */
export class OriginState {
  #nextId = 1;
  #recorders: ConnectionRecorder[] = [];
  readonly #recorderOf = new WeakMap<Socket, ConnectionRecorder>();
  #behaviour: OriginBehaviour = { kind: 'normal' };
  #remaining = 0;
  readonly stage = new PlayStage();
  /** What is wrong with it all the time. */
  readonly fault: OriginFault | null;

  constructor(fault: OriginFault | null = null) {
    this.fault = fault;
  }

  accept(socket: Socket): ConnectionRecorder {
    // On a socket for both families IPv4 peers look like ::ffff:10.0.0.1.
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
    const recorder = new ConnectionRecorder(this.#nextId, { address, port: socket.remotePort ?? 0 });
    this.#nextId += 1;
    this.#recorders.push(recorder);
    this.#recorderOf.set(socket, recorder);
    return recorder;
  }

  recorderOf(socket: Socket): ConnectionRecorder | undefined {
    return this.#recorderOf.get(socket);
  }

  /** Keeps a connection out of `take`: it belongs to a play. */
  forget(recorder: ConnectionRecorder): void {
    this.#recorders = this.#recorders.filter((one) => one !== recorder);
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
    const taken = this.#recorders.map((recorder) => recorder.snapshot());
    this.#recorders = this.#recorders.filter((recorder) => !recorder.isGone);
    return taken;
  }
}

/** A fault that shows before there is a session. */
function behaviourOf(fault: OriginFault | null): OriginBehaviour {
  const isEarly = fault?.kind === 'reject' || fault?.kind === 'stall' || fault?.kind === 'close' || fault?.kind === 'reset';
  return isEarly ? fault : { kind: 'normal' };
}
