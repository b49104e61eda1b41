import type { StallSeen, StreamEnd } from '../../../model/capture-analysis.ts';

/** Adds up the waits of one kind that one end caused. */
export class StallMeter {
  readonly #kind: StallSeen['kind'];
  readonly #by: StreamEnd;
  #count = 0;
  #totalNs = 0;
  #longestNs = -1;
  #frame = 0;

  constructor(kind: StallSeen['kind'], by: StreamEnd) {
    this.#kind = kind;
    this.#by = by;
  }

  add(waitedNs: number, frame: number): void {
    const ns = Math.max(0, waitedNs);
    this.#count += 1;
    this.#totalNs += ns;
    if (ns <= this.#longestNs) return;
    this.#longestNs = ns;
    this.#frame = frame;
  }

  seen(): StallSeen {
    return {
      kind: this.#kind,
      by: this.#by,
      count: this.#count,
      longestMs: this.#longestNs / 1e6,
      totalMs: this.#totalNs / 1e6,
      frame: this.#frame,
    };
  }
}
