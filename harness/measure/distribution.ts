import { HarnessError } from '../errors.ts';
import type { EncodedDistribution } from '../model/distribution.ts';

/** Values below this have a bucket each; above it every doubling is cut in HALF equal parts. */
const EXACT = 2048;
const HALF = 1024;
/** Below this, bit operations see the whole value. */
const WHOLE = 2 ** 31;
/** About 19 hours in microseconds; anything longer is counted as this. */
const MAX_US = 2 ** 36;
const MAX_INDEX = indexOf(MAX_US);

function indexOf(us: number): number {
  if (us < EXACT) return us;
  // Shifts where they do: this is done for every message of a load.
  if (us < WHOLE) {
    const shift = 21 - Math.clz32(us);
    return HALF * shift + (us >>> shift);
  }
  const exponent = Math.floor(Math.log2(us)) - 10;
  return HALF * exponent + Math.floor(us / 2 ** exponent);
}

/** Middle of a bucket: at most 0.05 % from any value in it. */
function valueOf(index: number): number {
  if (index < EXACT) return index;
  const exponent = Math.floor(index / HALF) - 1;
  const width = 2 ** exponent;
  return (index - HALF * exponent) * width + (width - 1) / 2;
}

/**
 * Counts of durations in microseconds, from 1 µs to hours, with under 0.1 % relative error. Merges by adding: percentiles of
 * several runs come from the merged counts, never from an average of percentiles.
 */
export class Distribution {
  #counts = new Float64Array(EXACT);
  #count = 0;
  #min = 0;
  #max = 0;
  #sum = 0;

  /** Counts one value, rounded to a whole microsecond; a negative one counts as 0. */
  record(us: number): void {
    if (!Number.isFinite(us)) throw new RangeError(`a duration in microseconds expected, got ${us}`);
    const value = Math.min(MAX_US, Math.max(0, Math.round(us)));
    this.#put(indexOf(value), 1);
    if (this.#count === 0 || value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#count += 1;
    this.#sum += value;
  }

  add(other: Distribution): void {
    for (let index = 0; index < other.#counts.length; index += 1) {
      const count = other.#counts[index] ?? 0;
      if (count > 0) this.#put(index, count);
    }
    if (other.#count > 0) this.#fold(other.#count, other.#min, other.#max, other.#sum);
  }

  get count(): number {
    return this.#count;
  }

  /** Microseconds; 0 when empty, as `max` and `mean`. */
  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** The smallest value that `p` percent (0 to 100) do not exceed, in microseconds (nearest rank). 0 when empty. */
  percentile(p: number): number {
    return this.atRank(Math.ceil((Math.min(100, Math.max(0, p)) / 100) * this.#count));
  }

  /** The value of this rank, 1 being the smallest, in microseconds. Ranks beyond the ends give the ends. */
  atRank(rank: number): number {
    if (rank <= 1) return this.#min;
    if (rank >= this.#count) return this.#max;
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, valueOf(index)));
    }
    return this.#max;
  }

  encode(): EncodedDistribution {
    const buckets: number[] = [];
    this.#counts.forEach((count, index) => {
      if (count > 0) buckets.push(index, count);
    });
    return { unit: 'us', count: this.#count, minUs: this.#min, maxUs: this.#max, sumUs: this.#sum, buckets };
  }

  /** Throws RUN_ERR_BAD_EVIDENCE when the buckets are not what `encode` writes. */
  static decode(encoded: EncodedDistribution): Distribution {
    const distribution = new Distribution();
    let total = 0;
    let last = -1;
    for (let at = 0; at < encoded.buckets.length; at += 2) {
      const index = encoded.buckets[at] ?? Number.NaN;
      const count = encoded.buckets[at + 1] ?? Number.NaN;
      if (!(Number.isInteger(index) && index > last && index <= MAX_INDEX && Number.isSafeInteger(count) && count > 0))
        throw damaged(`bucket ${index}: ${count}`);
      distribution.#put(index, count);
      total += count;
      last = index;
    }
    if (total !== encoded.count) throw damaged(`${total} values in the buckets of ${encoded.count}`);
    if (![encoded.minUs, encoded.maxUs, encoded.sumUs].every(Number.isFinite)) throw damaged('a bound that is no number');
    if (total > 0) distribution.#fold(total, encoded.minUs, encoded.maxUs, encoded.sumUs);
    return distribution;
  }

  #put(index: number, count: number): void {
    if (index >= this.#counts.length) {
      const grown = new Float64Array(Math.min(MAX_INDEX + 1, Math.max(index + 1, this.#counts.length * 2)));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  #fold(count: number, min: number, max: number, sum: number): void {
    this.#min = this.#count === 0 ? min : Math.min(this.#min, min);
    this.#max = this.#count === 0 ? max : Math.max(this.#max, max);
    this.#count += count;
    this.#sum += sum;
  }
}

const damaged = (what: string): HarnessError =>
  new HarnessError('RUN_ERR_BAD_EVIDENCE', `a distribution has rising buckets that add up to its count, saw ${what}`);
