import type { CaptureInterface } from './captured-packet.ts';
import { uint16, uint32 } from './integers.ts';
import { optionAt, optionLength, optionSigned64, optionText } from './pcapng-options.ts';
import { TickClock } from './tick-clock.ts';

const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;

/** One interface of a pcapng section: an interface description block, and what later blocks say about it. */
export class PcapngInterface implements CaptureInterface {
  readonly id: number;
  readonly linkType: number;
  readonly snapLength: number;
  readonly name: string | null;
  readonly clock: TickClock;
  #lostByPackets = 0;
  #lost = 0;

  /** Reads the block body `bytes[from, to)`. */
  constructor(id: number, bytes: Buffer, from: number, to: number, isBig: boolean) {
    this.id = id;
    this.linkType = uint16(bytes, from, isBig);
    this.snapLength = uint32(bytes, from + 4, isBig);
    this.name = optionText(bytes, from + 8, to, isBig, IF_NAME);
    const resolutionAt = optionAt(bytes, from + 8, to, isBig, IF_TSRESOL);
    const resolution = resolutionAt >= 0 && optionLength(bytes, resolutionAt, isBig) === 1 ? bytes[resolutionAt] : undefined;
    this.clock = new TickClock(resolution, optionSigned64(bytes, from + 8, to, isBig, IF_TSOFFSET) ?? 0);
  }

  /** Packets that were lost before one packet. Returns how many of them are news. */
  addLost(packets: number): number {
    this.#lostByPackets += packets;
    return this.#raiseLost(this.#lostByPackets);
  }

  /** Packets lost so far, as the statistics say: the same losses may have been told packet by packet. Returns how many are news. */
  setLost(packets: number): number {
    return this.#raiseLost(packets);
  }

  #raiseLost(packets: number): number {
    const news = Math.max(packets - this.#lost, 0);
    this.#lost += news;
    return news;
  }
}
