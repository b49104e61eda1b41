import type { RttSummary } from '../../../model/capture-analysis.ts';
import { median, RttSlots } from './rtt-slots.ts';
import { SampleLuck } from './sample-luck.ts';

/** Times that are kept; beyond them each sample is kept with the same chance. */
const MOST_KEPT = 256;
const SLICES = 60;

/** Round-trip times of one direction in a fixed amount of memory. Exact while there are at most 256 samples, then count, minimum and maximum are. */
export class RttSamples {
  count = 0;
  minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;
  /** Plain arrays: most streams have a few samples, and an array of a type takes 200 bytes before its first. */
  #times: number[] = [];
  readonly #rtts: number[] = [];
  #slots: RttSlots | null = null;
  readonly #luck = new SampleLuck();
  #nextKept = 0;

  add(timeNs: number, rttNs: number): void {
    if (rttNs < this.minNs) this.minNs = rttNs;
    if (rttNs > this.#maxNs) this.#maxNs = rttNs;
    const count = this.count + 1;
    this.count = count;
    if (this.#slots === null) {
      this.#addEarly(timeNs, rttNs);
      return;
    }
    this.#slots.add(timeNs, rttNs);
    if (count < this.#nextKept) return;
    this.#rtts[this.#luck.place(MOST_KEPT)] = rttNs;
    this.#nextKept = this.#luck.nextKept(count, MOST_KEPT);
  }

  summary(epochSeconds: number): RttSummary | null {
    if (this.count === 0) return null;
    const kept = Math.min(this.count, MOST_KEPT);
    const slots = this.#slots ?? this.#fillSlots(kept);
    return {
      count: this.count,
      minMs: this.minNs / 1e6,
      medianMs: median(this.#rtts.toSorted((one, other) => one - other)) / 1e6,
      maxMs: this.#maxNs / 1e6,
      overTime: slots.medians().map(([timeNs, rttNs]) => [epochSeconds * 1000 + timeNs / 1e6, rttNs / 1e6] as const),
    };
  }

  /** While there are few. */
  #addEarly(timeNs: number, rttNs: number): void {
    this.#times.push(timeNs);
    this.#rtts.push(rttNs);
    if (this.count < MOST_KEPT) return;
    this.#slots = this.#fillSlots(MOST_KEPT);
    this.#times = [];
    this.#nextKept = this.#luck.nextKept(MOST_KEPT, MOST_KEPT);
  }

  #fillSlots(kept: number): RttSlots {
    const times = this.#times;
    let startNs = times[0] ?? 0;
    let endNs = startNs;
    for (let n = 1; n < kept; n += 1) {
      const timeNs = times[n] ?? 0;
      if (timeNs < startNs) startNs = timeNs;
      if (timeNs > endNs) endNs = timeNs;
    }
    const slots = new RttSlots(startNs, ((endNs - startNs) / SLICES) * 1.001);
    for (let n = 0; n < kept; n += 1) slots.add(times[n] ?? 0, this.#rtts[n] ?? 0);
    return slots;
  }
}
