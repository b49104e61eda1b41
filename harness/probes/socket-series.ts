import type { SocketEvidence, SocketSample } from '../model/wire-evidence.ts';
import type { SocketSeen } from './socket-samples.ts';

const MAX_SOCKETS = 64;
const MAX_SAMPLES = 120;

/** Samples of the sockets of one host, bounded: the first sockets that come, and the first samples of each. */
export class SocketSeries {
  readonly #sockets = new Map<string, { readonly local: string; readonly peer: string; readonly samples: SocketSample[] }>();

  add(atMs: number, { local, peer, sample }: SocketSeen): void {
    const key = `${local} ${peer}`;
    let socket = this.#sockets.get(key);
    if (socket === undefined) {
      if (this.#sockets.size >= MAX_SOCKETS) return;
      socket = { local, peer, samples: [] };
      this.#sockets.set(key, socket);
    }
    if (socket.samples.length < MAX_SAMPLES) socket.samples.push({ atMs, ...sample });
  }

  get sockets(): readonly Pick<SocketEvidence, 'local' | 'peer' | 'samples'>[] {
    return [...this.#sockets.values()];
  }
}
