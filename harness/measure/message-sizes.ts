import type { MessageSize } from '../model/load.ts';

/** The size in bytes of message n, from seed and n alone: whoever checks the echo knows it too. */
export function messageSizes(size: MessageSize, seed: number): (n: number) => number {
  switch (size.kind) {
    case 'fixed':
      return () => size.bytes;
    case 'uniform':
      return (n) => size.fromBytes + Math.floor(share(seed, n) * (size.toBytes - size.fromBytes + 1));
    case 'weighted': {
      const total = size.of.reduce((sum, { weight }) => sum + weight, 0);
      const last = size.of.at(-1)?.bytes ?? 0;
      return (n) => {
        let left = share(seed, n) * total;
        for (const { bytes, weight } of size.of) {
          left -= weight;
          if (left < 0) return bytes;
        }
        return last;
      };
    }
  }
}

/** Bytes of the largest message that a size allows. */
export function largestMessage(size: MessageSize): number {
  if (size.kind === 'fixed') return size.bytes;
  return size.kind === 'uniform' ? size.toBytes : size.of.reduce((most, { bytes }) => Math.max(most, bytes), 0);
}

/** A number in [0, 1) that seed and n give (the finalising mix of MurmurHash3). */
function share(seed: number, n: number): number {
  let mix = (Math.imul(seed + 1, 0x9e3779b1) ^ n) | 0;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return ((mix ^ (mix >>> 16)) >>> 0) / 0x1_0000_0000;
}
