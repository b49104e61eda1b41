const NO_SLOTS = new Float64Array(0);
const FIRST_SLOTS = 8;
const MOST_SLOTS = 64;

const TIME = 1;
const LENGTH = 2;
const WIDTH = 3;

/** When one end sent what is not yet acknowledged. A fixed number of segments: while it is full further ones are not timed. */
export class InFlight {
  /** Longest segment that was acknowledged. */
  longestAcked = 0;
  #slots = NO_SLOTS;
  #head = 0;
  #used = 0;
  /** A time is no measure up to here: something before it was sent twice, or came late (Karn's algorithm, RFC 6298 section 3). */
  #unfitUpTo = 0;
  #isUnfit = false;

  sent(end: number, length: number, nowNs: number): void {
    if (this.#used === this.#slots.length && !this.#grow()) return;
    const slots = this.#slots;
    let at = this.#head + this.#used;
    if (at >= slots.length) at -= slots.length;
    slots[at] = end;
    slots[at + TIME] = nowNs;
    slots[at + LENGTH] = length;
    this.#used += WIDTH;
  }

  /** Starts anew with little memory. */
  release(): void {
    this.#slots = NO_SLOTS;
    this.#head = 0;
    this.#used = 0;
    this.#isUnfit = false;
  }

  /** Gives memory back while nothing is under way. */
  rest(): void {
    if (this.#used > 0) return;
    this.#slots = NO_SLOTS;
    this.#head = 0;
  }

  /** Nothing sent so far can be timed any more. */
  spoil(high: number): void {
    this.#isUnfit = true;
    this.#unfitUpTo = high;
  }

  /** When the byte before `ack` was sent, in nanoseconds; NaN when that is unknown or must not be used. */
  acknowledge(ack: number): number {
    const slots = this.#slots;
    let sentNs = Number.NaN;
    while (this.#used > 0) {
      const at = this.#head;
      const end = slots[at] ?? 0;
      const length = slots[at + LENGTH] ?? 0;
      const beyond = (ack - end) | 0;
      if (beyond < 0) {
        // Offloading hands over several segments as one: the acknowledgement of a part times them all.
        if (beyond + length > 0) sentNs = slots[at + TIME] ?? sentNs;
        break;
      }
      if (beyond === 0) sentNs = slots[at + TIME] ?? sentNs;
      if (length > this.longestAcked) this.longestAcked = length;
      this.#head = at + WIDTH === slots.length ? 0 : at + WIDTH;
      this.#used -= WIDTH;
    }
    if (!this.#isUnfit) return sentNs;
    if (((ack - this.#unfitUpTo) | 0) <= 0) return Number.NaN;
    this.#isUnfit = false;
    return sentNs;
  }

  #grow(): boolean {
    const old = this.#slots;
    if (old.length >= MOST_SLOTS * WIDTH) return false;
    const slots = new Float64Array(Math.max(FIRST_SLOTS * WIDTH, old.length * 2));
    slots.set(old.subarray(this.#head), 0);
    slots.set(old.subarray(0, this.#head), old.length - this.#head);
    this.#slots = slots;
    this.#head = 0;
    return true;
  }
}
