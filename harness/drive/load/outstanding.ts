const FIELDS = 2;
const FIRST_CAPACITY = 4;

/** The messages of one session whose echoes are still to come, oldest first: their numbers and when they were due. */
export class Outstanding {
  #ring = new Float64Array(FIRST_CAPACITY * FIELDS);
  #capacity = FIRST_CAPACITY;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(number: number, dueAtMs: number): void {
    if (this.#length === this.#capacity) this.#grow();
    const at = ((this.#head + this.#length) & (this.#capacity - 1)) * FIELDS;
    this.#ring[at] = number;
    this.#ring[at + 1] = dueAtMs;
    this.#length += 1;
  }

  /** Number of the n-th oldest; -1 when there are not so many. */
  numberAt(n: number): number {
    return n < this.#length ? (this.#ring[((this.#head + n) & (this.#capacity - 1)) * FIELDS] ?? -1) : -1;
  }

  /** When the n-th oldest was due. */
  dueAt(n: number): number {
    return this.#ring[((this.#head + n) & (this.#capacity - 1)) * FIELDS + 1] ?? 0;
  }

  /** Forgets so many of the oldest. */
  drop(count: number): void {
    this.#head = (this.#head + count) & (this.#capacity - 1);
    this.#length -= count;
  }

  /** Place of a number, 0 for the oldest; -1: it is not here. Numbers rise, so it is found by halving. */
  indexOf(number: number): number {
    let [low, high] = [0, this.#length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.numberAt(middle);
      if (found === number) return middle;
      if (found < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #grow(): void {
    const grown = new Float64Array(this.#capacity * 2 * FIELDS);
    for (let n = 0; n < this.#length; n += 1) {
      grown[n * FIELDS] = this.numberAt(n);
      grown[n * FIELDS + 1] = this.dueAt(n);
    }
    this.#ring = grown;
    this.#head = 0;
    this.#capacity *= 2;
  }
}
