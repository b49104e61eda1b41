import type { TcpFlagCounts } from '../model/capture-analysis.ts';
import { LABEL, LABELS, type Label } from '../wire/tcp/label.ts';

const countsOf = (countOf: (label: Label) => number): TcpFlagCounts =>
  Object.fromEntries(LABELS.map((label) => [label, countOf(label)])) as unknown as TcpFlagCounts;

/** One for all streams without a label, which most are. */
const NO_FLAGS: TcpFlagCounts = Object.freeze(countsOf(() => 0));

/** How often each label was given. Takes memory only once there is one. */
export class FlagCounter {
  /** Item i belongs to bit i. */
  #counts: Uint32Array | null = null;

  add(labels: number): void {
    this.#counts ??= new Uint32Array(LABELS.length);
    for (let bit = 0, rest = labels; rest !== 0; bit += 1, rest >>>= 1)
      if ((rest & 1) !== 0) this.#counts[bit] = (this.#counts[bit] ?? 0) + 1;
  }

  toCounts(): TcpFlagCounts {
    const counts = this.#counts;
    return counts === null ? NO_FLAGS : countsOf((label) => counts[Math.log2(LABEL[label])] ?? 0);
  }
}

export function sumOfFlags(all: readonly TcpFlagCounts[]): TcpFlagCounts {
  const some = all.filter((flags) => flags !== NO_FLAGS);
  return some.length === 0 ? NO_FLAGS : countsOf((label) => some.reduce((sum, flags) => sum + flags[label], 0));
}
