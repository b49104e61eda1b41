import type { TcpFlagCounts } from '../model/capture-analysis.ts';
import { LABEL, LABELS } from '../wire/tcp/label.ts';

/** How often each label was given. `counts[i]` belongs to bit i. */
export class FlagCounter {
  readonly counts = new Uint32Array(LABELS.length);

  add(labels: number): void {
    for (let bit = 0, rest = labels; rest !== 0; bit += 1, rest >>>= 1)
      if ((rest & 1) !== 0) this.counts[bit] = (this.counts[bit] ?? 0) + 1;
  }

  toCounts(): TcpFlagCounts {
    return Object.fromEntries(LABELS.map((label) => [label, this.counts[Math.log2(LABEL[label])] ?? 0])) as unknown as TcpFlagCounts;
  }
}

export const sumOfFlags = (all: readonly TcpFlagCounts[]): TcpFlagCounts =>
  Object.fromEntries(LABELS.map((label) => [label, all.reduce((sum, flags) => sum + flags[label], 0)])) as unknown as TcpFlagCounts;
