import type { Shard, Stage } from '../model/load.ts';

/** Areas that are this close to a whole number are one: 0.1 + 0.2 arrivals must not become a fourth of three. */
const NEAR = 1e-6;

/** A stage with the arrivals and the time before it. Arrivals n with `from <= n < to` are its own. */
interface Piece {
  readonly stage: Stage;
  readonly startMs: number;
  readonly from: number;
  readonly to: number;
}

/**
 * When each arrival of a list of stages is due, in closed form: no list of arrivals is kept. Arrival n (from 0) is due as soon as the stages have come to more than n,
 * so the first of a constant rate is due at its start, and rests of an arrival carry over from stage to stage. Shard i of k has the arrivals n with n % k === i:
 * the shards together are exactly the whole.
 */
export class Schedule {
  /** Arrivals of this shard. */
  readonly count: number;
  /** Length of all stages together. */
  readonly endMs: number;
  readonly #pieces: readonly Piece[];
  readonly #shard: Shard;

  constructor(stages: readonly Stage[], shard: Shard = { index: 0, of: 1 }) {
    const pieces: Piece[] = [];
    let startMs = 0;
    let from = 0;
    for (const stage of stages) {
      const to = snapped(from + arrivalsOf(stage));
      pieces.push({ stage, startMs, from, to });
      startMs += stage.forMs;
      from = to;
    }
    this.#pieces = pieces;
    this.#shard = shard;
    this.endMs = startMs;
    this.count = Math.max(0, Math.ceil((Math.ceil(from) - shard.index) / shard.of));
  }

  /** Milliseconds from the start to the shard's n-th arrival, n from 0. Infinity from `count` on. */
  dueAtMs(n: number): number {
    const arrival = n * this.#shard.of + this.#shard.index;
    for (const piece of this.#pieces) if (arrival < piece.to) return piece.startMs + offsetMs(piece, arrival);
    return Number.POSITIVE_INFINITY;
  }
}

/** Arrivals of a stage: of a rate the area under its line, of bursts their sum. */
function arrivalsOf(stage: Stage): number {
  if (stage.kind === 'rate') return ((stage.fromPerSecond + stage.toPerSecond) / 2) * (stage.forMs / 1000);
  return stage.count * Math.max(1, stage.everyMs > 0 ? Math.ceil(stage.forMs / stage.everyMs) : 1);
}

/** When, within its stage, an arrival is due. */
function offsetMs({ stage, from }: Piece, arrival: number): number {
  const rank = Math.max(0, arrival - from);
  if (stage.kind === 'burst') return Math.floor((arrival - Math.ceil(from)) / stage.count) * stage.everyMs;
  const { fromPerSecond, toPerSecond, forMs } = stage;
  if (fromPerSecond === toPerSecond) return Math.min(forMs, (rank * 1000) / fromPerSecond);
  // rank = from t + slope t² / 2, solved in the form that stays exact where the slope is small.
  const slope = (toPerSecond - fromPerSecond) / (forMs / 1000);
  const root = Math.sqrt(Math.max(0, fromPerSecond * fromPerSecond + 2 * slope * rank));
  return rank === 0 ? 0 : Math.min(forMs, (2000 * rank) / (fromPerSecond + root));
}

const snapped = (value: number): number => (Math.abs(value - Math.round(value)) < NEAR ? Math.round(value) : value);
