import { FLAG, isFrom, parsePrefix, readSegment, type Prefix } from './packet.ts';

/** What is done to the packets of these sources besides holding them all for the same time. */
interface Treatment {
  readonly sources: readonly Prefix[];
  /** Each packet waits up to so many milliseconds longer. */
  readonly jitterMs: number;
  /** Every `every`-th segment with data waits so long that others overtake it. */
  readonly reorder: { readonly every: number; readonly byMs: number } | null;
  /** Every `every`-th pure acknowledgement is given back `copies` times more. */
  readonly copyAcks: { readonly every: number; readonly copies: number } | null;
}

/** What is to be done to one packet. */
interface Turn {
  /** The direction of the connection: its packets keep their order, but for those that step out of it. */
  readonly lane: string;
  readonly jitterMs: number;
  /** 0: it stays in its order. */
  readonly lateMs: number;
  readonly copies: number;
}

/** Waits are the same in every run. */
const SEED = 0x9e3779b9;

/** Decides what each packet is in for, and counts what was done. */
export class Treatments {
  readonly #lanes: readonly { readonly treatment: Treatment; data: number; acks: number }[];
  readonly #random = numbersFrom(SEED);
  /** Segments that were made late, and copies of acknowledgements. */
  late = 0;
  copied = 0;

  constructor(json: string) {
    const raw = JSON.parse(json) as readonly (Omit<Treatment, 'sources'> & { readonly sources: readonly string[] })[];
    this.#lanes = raw.map((one) => ({ treatment: { ...one, sources: one.sources.map(parsePrefix) }, data: 0, acks: 0 }));
  }

  /** Null for a packet that nothing is done to. */
  of(packet: Buffer): Turn | null {
    const segment = this.#lanes.length === 0 ? null : readSegment(packet);
    if (segment === null) return null;
    const lane = this.#lanes.find(({ treatment }) => isFrom(segment.from.address, treatment.sources));
    if (lane === undefined) return null;
    const { jitterMs, reorder, copyAcks } = lane.treatment;
    const hasData = segment.payload.length > 0;
    const isPureAck = !hasData && segment.flags === FLAG.ack;
    const isLate = reorder !== null && hasData && ++lane.data % reorder.every === 0;
    const copies = copyAcks !== null && isPureAck && ++lane.acks % copyAcks.every === 0 ? copyAcks.copies : 0;
    if (isLate) this.late += 1;
    this.copied += copies;
    const { from, to } = segment;
    const name = `${from.address}:${from.port}-${to.address}:${to.port}`;
    return { lane: name, jitterMs: jitterMs * this.#random(), lateMs: isLate ? reorder.byMs : 0, copies };
  }
}

/**
 * A packet once more, with an identification of its own as whoever repeats an acknowledgement gives it; the header checksum moves by the same
 * amount (RFC 1624). `round` counts from 1.
 */
export function copyOf(packet: Buffer, round: number): Buffer {
  const copy = Buffer.from(packet);
  const [from, to] = [packet.readUInt16BE(4), (packet.readUInt16BE(4) + 0x4000 + round) & 0xffff];
  copy.writeUInt16BE(to, 4);
  let sum = (~packet.readUInt16BE(10) & 0xffff) + (~from & 0xffff) + to;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  copy.writeUInt16BE(~sum & 0xffff, 10);
  return copy;
}

/** Evenly spread numbers from 0 up to 1: a counter whose bits are mixed (the finaliser of MurmurHash3, public domain). */
function numbersFrom(seed: number): () => number {
  let count = seed;
  return () => {
    count = (count + 0x6d2b79f5) | 0;
    let mixed = Math.imul(count ^ (count >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
