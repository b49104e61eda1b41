/** Holes that are remembered below the highest sequence number; when there are more the oldest is forgotten, as if it had been filled. */
const MAX_HOLES = 1000;
/** RFC 7323 section 2.3: a window is less than 1 GiB, so nothing of this connection can be further away. */
const FARTHEST = 2 ** 30;

/**
 * Which sequence numbers one sender has used so far: everything from `base` to `high` except the holes. Numbers are signed 32 bits and may wrap;
 * what lies half a gigabyte and more below `high` is forgotten.
 */
export class SeenRanges {
  isStarted = false;
  /** First number seen. */
  base = 0;
  /** One past the highest number seen. */
  high = 0;
  /** Start and end of each hole, in order; null until there is one. */
  #holes: number[] | null = null;

  start(at: number): void {
    this.isStarted = true;
    this.base = at;
    this.high = at;
    this.#holes = null;
  }

  isFar(seq: number): boolean {
    const distance = (seq - this.high) | 0;
    return distance > FARTHEST || distance < -FARTHEST;
  }

  /** New numbers right after the highest one. */
  extend(end: number): void {
    this.high = end;
    if (((end - this.base) | 0) > FARTHEST || ((end - this.base) | 0) < 0) this.#forgetOld();
  }

  /** How many numbers of `[start, end)` were seen before. */
  overlap(start: number, end: number): number {
    const from = later(start, this.base);
    const to = earlier(end, this.high);
    const inside = (to - from) | 0;
    if (inside <= 0) return 0;
    let missing = 0;
    const holes = this.#holes;
    if (holes === null) return inside;
    for (let n = 0; n < holes.length; n += 2) {
      if ((((holes[n] ?? 0) - to) | 0) >= 0) break;
      const part = (earlier(to, holes[n + 1] ?? to) - later(from, holes[n] ?? to)) | 0;
      if (part > 0) missing += part;
    }
    return inside - missing;
  }

  /** Marks `[start, end)` as seen, wherever it lies. */
  add(start: number, end: number): void {
    const ahead = (start - this.high) | 0;
    if (ahead > 0) this.#addHole(this.high, start);
    if (((end - this.high) | 0) > 0) this.extend(end);
    if (ahead >= 0) return;
    const below = (this.base - start) | 0;
    if (below > 0) {
      const gap = (this.base - end) | 0;
      if (gap > 0) this.#holes = [end, this.base, ...(this.#holes ?? [])];
      this.base = start;
    }
    if (this.#holes !== null) this.#fill(this.#holes, start, end);
  }

  #addHole(start: number, end: number): void {
    this.#holes ??= [];
    this.#holes.push(start, end);
    if (this.#holes.length > 2 * MAX_HOLES) this.#holes.splice(0, 2);
  }

  #fill(holes: number[], start: number, end: number): void {
    for (let n = 0; n < holes.length; ) {
      const left = holes[n] ?? 0;
      const right = holes[n + 1] ?? 0;
      if (((end - left) | 0) <= 0) break;
      if (((right - start) | 0) <= 0) {
        n += 2;
        continue;
      }
      const rest: number[] = [];
      if (((start - left) | 0) > 0) rest.push(left, start);
      if (((right - end) | 0) > 0) rest.push(end, right);
      holes.splice(n, 2, ...rest);
      n += rest.length;
    }
    if (holes.length > 2 * MAX_HOLES) holes.splice(0, 2);
    if (holes.length === 0) this.#holes = null;
  }

  #forgetOld(): void {
    this.base = (this.high - FARTHEST / 2) | 0;
    const holes = this.#holes;
    if (holes === null) return;
    while (holes.length > 0 && (((holes[0] ?? 0) - this.base) | 0) < 0) holes.splice(0, 2);
    if (holes.length === 0) this.#holes = null;
  }
}

const later = (a: number, b: number): number => (((a - b) | 0) > 0 ? a : b);
const earlier = (a: number, b: number): number => (((a - b) | 0) < 0 ? a : b);
