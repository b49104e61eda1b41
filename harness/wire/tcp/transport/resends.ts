import type { ResendCause, Resent } from '../../../model/capture-analysis.ts';

const MAX_FIRST_FRAMES = 10;

/** What one end sent again, and the state that tells why. Made when there is something to count. */
export class Resends {
  frames = 0;
  segs = 0;
  bytes = 0;
  needlessSegs = 0;
  holeFills = 0;
  readonly #firstFrames: number[] = [];
  readonly #firstTimesNs: number[] = [];
  readonly #byCause: Record<ResendCause, number> = { timeout: 0, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 };
  /** Until this is acknowledged, what is sent again belongs to the same recovery. */
  recoveryPoint: number | null = null;
  /** The same after a retransmission timeout. */
  lossPoint: number | null = null;
  /** A tail loss probe was sent, and this is not acknowledged yet. */
  probePoint: number | null = null;
  /** When the first unacknowledged segment was sent again: the timer was started anew. */
  headNs = Number.NEGATIVE_INFINITY;
  /** The full-sized segment at the head that is being sent again: a candidate for an MTU black hole. */
  stuckSeq = 0;
  stuckLength = 0;
  stuckFrame = 0;
  stuckTries = 0;

  count(cause: ResendCause, segs: number, bytes: number, at: { readonly frame: number; readonly timeNs: number }): void {
    this.frames += 1;
    this.segs += segs;
    this.bytes += bytes;
    this.#byCause[cause] += segs;
    if (this.#firstFrames.length === MAX_FIRST_FRAMES) return;
    this.#firstFrames.push(at.frame);
    this.#firstTimesNs.push(at.timeNs);
  }

  restart(): void {
    this.recoveryPoint = null;
    this.lossPoint = null;
    this.probePoint = null;
    this.stuckTries = 0;
  }

  /** `toMs` turns times of the capture into Unix milliseconds. */
  resent(toMs: (timeNs: number) => number): Resent {
    return {
      frames: this.frames,
      segs: this.segs,
      bytes: this.bytes,
      byCause: { ...this.#byCause },
      // A network that copies packets makes receivers report duplicates that nobody sent again.
      needlessSegs: Math.min(this.needlessSegs, this.segs),
      holeFills: this.holeFills,
      firstFrames: [...this.#firstFrames],
      firstAtMs: this.#firstTimesNs.map(toMs),
    };
  }
}
