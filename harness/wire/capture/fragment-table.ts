import type { TcpSegment } from '../tcp/tcp-segment.ts';
import type { PacketCursor } from './packet-cursor.ts';

const MAX_DATAGRAMS = 1000;
/** RFC 8200 section 4.5 waits 60 s, Linux 30 s. */
const MAX_AGE_NS = 30e9;
const MAX_DATAGRAM = 65_535;
/** Holes of a datagram of 64 KiB in fragments of 8 bytes are more than anyone needs. */
const MAX_PIECES = 1024;

/** A datagram of which fragments have come. */
interface Datagram {
  readonly startedNs: number;
  /** Grows with what comes. */
  bytes: Buffer;
  /** What has come, as ascending and separate [start, end). */
  pieces: readonly (readonly [number, number])[];
  /** Known once the last fragment has come. */
  length: number | null;
  protocol: number;
}

/** Joins a piece to the others; pieces may overlap. */
function joined(pieces: Datagram['pieces'], start: number, end: number): Datagram['pieces'] {
  const touching = pieces.filter(([from, to]) => from <= end && to >= start);
  const from = Math.min(start, ...touching.map(([first]) => first));
  const to = Math.max(end, ...touching.map(([, last]) => last));
  return [...pieces.filter(([, last]) => last < start), [from, to], ...pieces.filter(([first]) => first > end)];
}

/** Puts IP datagrams together. Bounded: the oldest of a thousand is given up, and so is what is older than 30 s of the capture. */
export class FragmentTable {
  /** In order of first fragment. */
  readonly #datagrams = new Map<string, Datagram>();

  /** Datagrams that wait for more. */
  get waiting(): number {
    return this.#datagrams.size;
  }

  /**
   * Takes the fragment from the cursor on, which belongs at `offset`. When it completes its datagram, the cursor is moved to the start of the whole and
   * the IP protocol of it is returned; -1 when more is to come. What a snapshot cut cannot be put together.
   */
  add(id: string, segment: TcpSegment, cursor: PacketCursor, offset: number, more: boolean, protocol: number): number {
    const length = cursor.wireEnd - cursor.at;
    const end = offset + length;
    if (cursor.left < length || length <= 0 || end > MAX_DATAGRAM) return -1;
    const key = `${id} ${addressKey(segment)}`;
    const datagram = this.#find(key, cursor.timeNs, protocol);
    if (datagram.bytes.length < end) datagram.bytes = grown(datagram.bytes, end);
    cursor.bytes.copy(datagram.bytes, offset, cursor.at, cursor.end);
    datagram.pieces = joined(datagram.pieces, offset, end);
    if (!more) datagram.length = end;
    if (offset === 0) datagram.protocol = protocol;
    if (datagram.pieces.length > MAX_PIECES) this.#datagrams.delete(key);
    const [first] = datagram.pieces;
    if (datagram.length === null || first === undefined || first[0] > 0 || first[1] < datagram.length) return -1;
    this.#datagrams.delete(key);
    cursor.bytes = datagram.bytes;
    cursor.at = 0;
    cursor.end = cursor.wireEnd = datagram.length;
    return datagram.protocol;
  }

  #find(key: string, timeNs: number, protocol: number): Datagram {
    const found = this.#datagrams.get(key);
    if (found !== undefined && timeNs - found.startedNs <= MAX_AGE_NS) return found;
    this.#datagrams.delete(key);
    for (const [oldest, { startedNs }] of this.#datagrams) {
      if (this.#datagrams.size < MAX_DATAGRAMS && timeNs - startedNs <= MAX_AGE_NS) break;
      this.#datagrams.delete(oldest);
    }
    const datagram: Datagram = { startedNs: timeNs, bytes: Buffer.alloc(0), pieces: [], length: null, protocol };
    this.#datagrams.set(key, datagram);
    return datagram;
  }
}

function grown(bytes: Buffer, needed: number): Buffer {
  const larger = Buffer.alloc(Math.max(needed, Math.min(bytes.length * 2, MAX_DATAGRAM)));
  bytes.copy(larger);
  return larger;
}

const addressKey = (s: TcpSegment): string =>
  `${s.source0} ${s.source1} ${s.source2} ${s.source3} ${s.destination0} ${s.destination1} ${s.destination2} ${s.destination3}`;
