/** Blocks without packets that Wireshark shows as frames of their own: custom blocks, journal entries and Sysdig events. */
const NUMBERED: ReadonlySet<number> = new Set([0xbad, 0x4000_0bad, 9, 0x204, 0x208, 0x216, 0x217]);
const MAX_TYPES = 50;

/** Counts blocks of a pcapng file that are of no use here. */
export class SkippedBlocks {
  readonly #counts = new Map<number, number>();
  #others = 0;

  /** Counts one, and tells whether other tools give it a frame number. */
  add(type: number): boolean {
    const count = this.#counts.get(type);
    if (count !== undefined || this.#counts.size < MAX_TYPES) this.#counts.set(type, (count ?? 0) + 1);
    else this.#others += 1;
    return NUMBERED.has(type);
  }

  /** `2 blocks that hold no packets were skipped (type 0xbad: 2)`; null when there were none. */
  sentence(): string | null {
    if (this.#counts.size === 0) return null;
    const types = [...this.#counts].map(([type, count]) => `type 0x${type.toString(16)}: ${count}`);
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, this.#others);
    const shown = types.slice(0, 5).join(', ');
    return `${total} blocks that hold no packets were skipped (${shown}${types.length > 5 ? ' and others' : ''})`;
  }
}
