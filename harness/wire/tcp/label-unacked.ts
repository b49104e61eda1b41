import { isAtOrBefore, isBefore } from './sequence-order.ts';

/** A list that was longer than this is given back when it runs empty. */
const KEPT_SLOTS = 256;

/**
 * Ends of the segments of one direction that nobody has acknowledged yet, in ascending order: the only thing that labels need of them is how many
 * there are. Adding in order and dropping are O(1) each, amortised.
 */
export class UnackedEnds {
  #ends: number[] = [];
  #head = 0;
  #tail = 0;

  get count(): number {
    return this.#tail - this.#head;
  }

  add(end: number): void {
    if (this.#tail === this.#ends.length && this.#head > this.#tail >> 1) this.#moveToFront();
    const tail = this.#tail;
    if (this.#ends.length === 0)
      this.#ends = [end, 0, 0, 0]; // few slots: most connections never have more under way
    else if (tail > this.#head && isBefore(end, this.#ends[tail - 1] ?? 0)) this.#insert(end);
    else this.#ends[tail] = end;
    this.#tail = tail + 1;
  }

  /** Takes out every end that is not after `ack`. */
  dropUpTo(ack: number): void {
    let head = this.#head;
    let tail = this.#tail;
    if (head === tail) return;
    const ends = this.#ends;
    while (head < tail && isAtOrBefore(ends[head] ?? 0, ack)) head += 1;
    // An ACK from half the sequence space away is after the last ones only.
    while (head < tail && isAtOrBefore(ends[tail - 1] ?? 0, ack)) tail -= 1;
    this.#head = head;
    this.#tail = tail;
    if (head === tail) this.#empty();
  }

  #empty(): void {
    this.#head = 0;
    this.#tail = 0;
    if (this.#ends.length > KEPT_SLOTS) this.#ends = [];
  }

  #moveToFront(): void {
    this.#ends.copyWithin(0, this.#head, this.#tail);
    this.#tail -= this.#head;
    this.#head = 0;
  }

  #insert(end: number): void {
    const ends = this.#ends;
    let at = this.#tail;
    while (at > this.#head && isBefore(end, ends[at - 1] ?? 0)) {
      ends[at] = ends[at - 1] ?? 0;
      at -= 1;
    }
    ends[at] = end;
  }
}
