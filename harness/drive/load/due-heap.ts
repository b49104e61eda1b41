/** Things that are due at a time, the earliest first. */
export class DueHeap<Item> {
  readonly #items: Item[] = [];
  readonly #dues: number[] = [];

  get length(): number {
    return this.#items.length;
  }

  /** When the first is due; Infinity: there is none. */
  get nextAtMs(): number {
    return this.#dues[0] ?? Number.POSITIVE_INFINITY;
  }

  push(item: Item, dueAtMs: number): void {
    let at = this.#items.length;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if ((this.#dues[parent] ?? 0) <= dueAtMs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#items[at] = item;
    this.#dues[at] = dueAtMs;
  }

  /** Takes the first if it is due; undefined otherwise. */
  take(nowMs: number): Item | undefined {
    if (this.nextAtMs > nowMs) return undefined;
    const first = this.#items[0];
    const last = this.#items.pop();
    const lastDue = this.#dues.pop() ?? 0;
    if (this.#items.length > 0 && last !== undefined) this.#sink(last, lastDue);
    return first;
  }

  clear(): void {
    this.#items.length = 0;
    this.#dues.length = 0;
  }

  #sink(item: Item, dueAtMs: number): void {
    const { length } = this.#items;
    let at = 0;
    for (let child = 1; child < length; child = at * 2 + 1) {
      if (child + 1 < length && (this.#dues[child + 1] ?? 0) < (this.#dues[child] ?? 0)) child += 1;
      if ((this.#dues[child] ?? 0) >= dueAtMs) break;
      this.#move(child, at);
      at = child;
    }
    this.#items[at] = item;
    this.#dues[at] = dueAtMs;
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from] as Item;
    this.#dues[to] = this.#dues[from] ?? 0;
  }
}
