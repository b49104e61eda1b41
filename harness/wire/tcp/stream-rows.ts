import type { StreamDirection } from './label.ts';
import type { TcpSegment } from './tcp-segment.ts';

/** Words of a row: ports, last words of both addresses, their other words, IP version, hash. */
const ROW = 11;
const VERSION = 9;
const HASH = 10;
const FIRST_ROWS = 256;

/** Addresses and ports of many connections in one block of memory: row n is the connection n, seen from its first packet. */
export class StreamRows {
  count = 0;
  #words = new Int32Array(ROW * FIRST_ROWS);

  /** The way a segment goes in the connection of a row; -1 when it belongs to another one. */
  directionIn(row: number, s: TcpSegment): StreamDirection | -1 {
    const words = this.#words;
    const at = row * ROW;
    const ports = words[at];
    if (ports === ((s.sourcePort << 16) | s.destinationPort) && matchesWay(words, at, s, 0)) return 0;
    if (ports === ((s.destinationPort << 16) | s.sourcePort) && matchesWay(words, at, s, 1)) return 1;
    return -1;
  }

  hashOf(row: number): number {
    return this.#words[row * ROW + HASH] ?? 0;
  }

  /** The new row's number. */
  add(s: TcpSegment, hash: number): number {
    const row = this.count;
    this.count += 1;
    const at = row * ROW;
    if (at === this.#words.length) this.#grow();
    const words = this.#words;
    words[at] = (s.sourcePort << 16) | s.destinationPort;
    words[at + 1] = s.source3;
    words[at + 2] = s.destination3;
    words[at + 3] = s.source0;
    words[at + 4] = s.source1;
    words[at + 5] = s.source2;
    words[at + 6] = s.destination0;
    words[at + 7] = s.destination1;
    words[at + 8] = s.destination2;
    words[at + VERSION] = s.ipVersion;
    words[at + HASH] = hash;
    return row;
  }

  #grow(): void {
    const larger = new Int32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }
}

const matchesWay = (words: Int32Array, at: number, s: TcpSegment, way: StreamDirection): boolean => {
  if (words[at + 1 + way] !== (s.source3 | 0) || words[at + 2 - way] !== (s.destination3 | 0)) return false;
  if (words[at + VERSION] !== s.ipVersion) return false;
  return s.ipVersion === 4 || matchesIpv6(words, at, s, way);
};

const matchesIpv6 = (words: Int32Array, at: number, s: TcpSegment, way: StreamDirection): boolean => {
  const source = at + 3 + 3 * way;
  const destination = at + 6 - 3 * way;
  return (
    words[source] === (s.source0 | 0) &&
    words[source + 1] === (s.source1 | 0) &&
    words[source + 2] === (s.source2 | 0) &&
    words[destination] === (s.destination0 | 0) &&
    words[destination + 1] === (s.destination1 | 0) &&
    words[destination + 2] === (s.destination2 | 0)
  );
};

/** The same for both directions of a connection. `seed` keeps senders from choosing addresses that all get one hash. */
export const connectionHash = (s: TcpSegment, seed: number): number => {
  let source = mix(mix(seed, s.source3), s.sourcePort);
  let destination = mix(mix(seed, s.destination3), s.destinationPort);
  if (s.ipVersion === 6) {
    source = mix(mix(mix(source, s.source0), s.source1), s.source2);
    destination = mix(mix(mix(destination, s.destination0), s.destination1), s.destination2);
  }
  return mix((source + destination) | 0, seed);
};

/** Odd numbers whose bits are evenly spread; signed, because larger ones are slow until they are compiled. */
const SPREAD_1 = 0x85ebca6b | 0;
const SPREAD_2 = 0xc2b2ae35 | 0;

/** Every bit of both goes into every bit of the result. */
const mix = (hash: number, word: number): number => {
  let mixed = Math.imul(hash ^ word, SPREAD_1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD_2);
  return mixed ^ (mixed >>> 16);
};
