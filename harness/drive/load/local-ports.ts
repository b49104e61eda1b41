import { readFileSync } from 'node:fs';
import type { Shard } from '../../model/load.ts';

const RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
const USUAL_RANGE = [32_768, 60_999] as const;

/** How many connections this program has opened from each address; loads go on where the last one ended, for its ports may be in TIME_WAIT. */
const opened = new Map<string, number>();

/**
 * Ports for connections from addresses that were chosen. Left to itself the kernel looks for a free one at bind(2), in one half of the range and among every
 * second port first (inet_csk_find_open_port): beyond some 16,000 connections from one address that takes milliseconds for each. Shards take every n-th port.
 */
export class LocalPorts {
  readonly #shard: Shard;
  readonly #low: number;
  readonly #perShard: number;

  constructor(shard: Shard, [low, high]: readonly [number, number] = portRange()) {
    this.#shard = shard;
    this.#low = low;
    this.#perShard = Math.max(1, Math.floor((high - low + 1) / shard.of));
  }

  next(address: string): number {
    const count = opened.get(address) ?? 0;
    opened.set(address, count + 1);
    return this.#low + (count % this.#perShard) * this.#shard.of + this.#shard.index;
  }
}

function portRange(): readonly [number, number] {
  try {
    const [low = 0, high = 0] = readFileSync(RANGE_FILE, 'utf8').trim().split(/\s+/).map(Number);
    return low > 0 && high > low ? [low, high] : USUAL_RANGE;
  } catch {
    return USUAL_RANGE;
  }
}
