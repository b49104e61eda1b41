import type { SocketEvidence, SocketSample } from '../model/wire-evidence.ts';
import type { SocketSeen } from './socket-samples.ts';

const MAX_SOCKETS = 64;
const MAX_SAMPLES = 120;

interface OneSeries {
  readonly local: string;
  readonly peer: string;
  samples: SocketSample[];
  /** Of so many looks one is kept. */
  every: number;
  looks: number;
}

/** Samples of the sockets of one host, bounded: the first sockets that come. A series that is full is thinned, so that it covers all of the time. */
export class SocketSeries {
  readonly #sockets = new Map<string, OneSeries>();

  add(atMs: number, { local, peer, sample }: SocketSeen): void {
    const key = `${local} ${peer}`;
    let socket = this.#sockets.get(key);
    if (socket === undefined) {
      if (this.#sockets.size >= MAX_SOCKETS) return;
      socket = { local, peer, samples: [], every: 1, looks: 0 };
      this.#sockets.set(key, socket);
    }
    if (socket.looks % socket.every === 0) {
      socket.samples.push({ atMs, ...sample });
      if (socket.samples.length === MAX_SAMPLES) thin(socket);
    }
    socket.looks += 1;
  }

  get sockets(): readonly Pick<SocketEvidence, 'local' | 'peer' | 'samples'>[] {
    return [...this.#sockets.values()].map(({ local, peer, samples }) => ({ local, peer, samples }));
  }
}

/** Keeps every second one, and from now on half as many. */
function thin(series: OneSeries): void {
  series.samples = series.samples.filter((_, index) => index % 2 === 0);
  series.every *= 2;
}
