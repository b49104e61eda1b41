import { SampleLuck } from './sample-luck.ts';

const SLOTS = 60;
const VALUES = 8;

/**
 * Medians over time in a fixed amount of memory: 60 slices of equal width, which doubles whenever the time outgrows them. A slice keeps a random
 * sample of eight of its values.
 */
export class RttSlots {
  readonly #startNs: number;
  #widthNs: number;
  readonly #values = new Float32Array(SLOTS * VALUES);
  readonly #counts = new Uint32Array(SLOTS);
  readonly #luck = new SampleLuck();
  /** The slice that was added to last, its limits, and the count at which it keeps the next value. */
  #slot = 0;
  #fromNs = Number.POSITIVE_INFINITY;
  #toNs = Number.NEGATIVE_INFINITY;
  #nextKept = 0;

  constructor(startNs: number, widthNs: number) {
    this.#startNs = startNs;
    this.#widthNs = Math.max(1, widthNs);
  }

  add(timeNs: number, rttNs: number): void {
    if (timeNs < this.#fromNs || timeNs >= this.#toNs) this.#turnTo(timeNs);
    const slot = this.#slot;
    const count = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = count;
    if (count >= this.#nextKept) this.#keep(slot, count, rttNs);
  }

  /** Start of each slice that has samples, and their median; both in nanoseconds. */
  medians(): (readonly [number, number])[] {
    const points: (readonly [number, number])[] = [];
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const count = this.#counts[slot] ?? 0;
      if (count > 0) points.push([this.#startNs + slot * this.#widthNs, median(this.#kept(slot, Math.min(VALUES, count)))]);
    }
    return points;
  }

  #turnTo(timeNs: number): void {
    let slot = Math.max(0, Math.floor((timeNs - this.#startNs) / this.#widthNs));
    while (slot >= SLOTS) {
      this.#halve();
      slot = Math.floor(slot / 2);
    }
    this.#slot = slot;
    // What comes before the start counts for the first slice.
    this.#fromNs = slot === 0 ? Number.NEGATIVE_INFINITY : this.#startNs + slot * this.#widthNs;
    this.#toNs = this.#startNs + (slot + 1) * this.#widthNs;
    this.#nextKept = this.#nextAfter(this.#counts[slot] ?? 0);
  }

  #keep(slot: number, count: number, rttNs: number): void {
    const place = count <= VALUES ? count - 1 : this.#luck.place(VALUES);
    this.#values[slot * VALUES + place] = rttNs;
    this.#nextKept = this.#nextAfter(count);
  }

  #nextAfter(count: number): number {
    return count < VALUES ? 0 : this.#luck.nextKept(count, VALUES);
  }

  #kept(slot: number, count: number): Float32Array {
    return this.#values.slice(slot * VALUES, slot * VALUES + count).sort();
  }

  /** Two slices become one. In place: long streams of many short slices do this often. */
  #halve(): void {
    const counts = this.#counts;
    for (let slot = 0; slot < SLOTS / 2; slot += 1) {
      const firstCount = counts[2 * slot] ?? 0;
      const secondCount = counts[2 * slot + 1] ?? 0;
      counts[slot] = firstCount + secondCount;
      if (firstCount + secondCount > 0) this.#mix(slot, firstCount, secondCount);
    }
    counts.fill(0, SLOTS / 2);
    this.#widthNs *= 2;
  }

  /** At most eight values of two slices, as many of each as it stands for. */
  #mix(slot: number, firstCount: number, secondCount: number): void {
    const values = this.#values;
    const first = 2 * slot * VALUES;
    const firstKept = Math.min(VALUES, firstCount);
    const secondKept = Math.min(VALUES, secondCount);
    const room = Math.min(VALUES, firstKept + secondKept);
    const most = Math.min(firstKept, Math.round((room * firstCount) / (firstCount + secondCount)));
    const fromFirst = Math.max(most, room - secondKept);
    spread(values, first, firstKept, 0, fromFirst);
    spread(values, first + VALUES, secondKept, fromFirst, room - fromFirst);
    for (let n = 0; n < room; n += 1) values[slot * VALUES + n] = scratch[n] ?? 0;
  }
}

/** One slice while it is put together; nothing in it outlives a call. */
const scratch = new Float32Array(VALUES);

/** Puts `count` of the `kept` values, evenly spread, into `scratch[to ...]`. Any of them will do: their order is that of time or of chance. */
const spread = (values: Float32Array, from: number, kept: number, to: number, count: number): void => {
  for (let n = 0; n < count; n += 1) scratch[to + n] = values[from + Math.floor(((n + 0.5) * kept) / count)] ?? 0;
};

/** Of sorted values, at least one. */
export const median = (sorted: ArrayLike<number>): number => {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};
