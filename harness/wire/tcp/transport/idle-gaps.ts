import type { IdleGap } from '../../../model/capture-analysis.ts';
import { TCP_FIN, TCP_RST, type TcpSegment } from '../tcp-segment.ts';

/** Shorter silences are not kept. */
export const SHORTEST_GAP_NS = 1e9;
const MAX_GAPS = 20;

/** The longest silences of one stream. */
export class IdleGaps {
  readonly #gaps: IdleGap[] = [];

  add(gap: IdleGap): void {
    if (this.#gaps.length < MAX_GAPS) {
      this.#gaps.push(gap);
      return;
    }
    let shortest = 0;
    this.#gaps.forEach((other, n) => {
      if (other.gapMs < (this.#gaps[shortest]?.gapMs ?? 0)) shortest = n;
    });
    if (gap.gapMs > (this.#gaps[shortest]?.gapMs ?? 0)) this.#gaps[shortest] = gap;
  }

  /** In order of time. */
  seen(): readonly IdleGap[] {
    return this.#gaps.toSorted((one, other) => one.startedAtMs - other.startedAtMs);
  }
}

/** What a segment that ends a silence counts as. */
export const endsSilenceAs = (segment: TcpSegment, isResend: boolean, isProbe: boolean): IdleGap['endedBy'] => {
  if ((segment.flags & TCP_RST) !== 0) return 'rst';
  if (isResend) return 'retransmission';
  if ((segment.flags & TCP_FIN) !== 0) return 'fin';
  if (isProbe) return 'keep-alive';
  return segment.length > 0 ? 'data' : 'ack';
};

export const captureEndGap = (startedAtMs: number, gapMs: number): IdleGap => ({
  startedAtMs,
  gapMs,
  endedBy: 'capture-end',
  endedByEnd: null,
  frame: null,
});
