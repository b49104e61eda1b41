import type { CapturedPacket, CaptureEvents, CaptureInterface } from './captured-packet.ts';

/** Last second that a Date can hold, and so anything after us can print. */
const END_OF_TIME = 8.64e12;
const BACKWARDS_NS = -1e9;
const MAX_NOTES = 20;
const MAX_INTERFACES_KEPT = 1000;

/** What the readers of the formats have in common: the one packet record, the clock, and what is to be told about the file. */
export class CaptureSink {
  readonly events: CaptureEvents;
  readonly notes: string[] = [];
  /** The first thousand. */
  readonly interfaces: CaptureInterface[] = [];
  readonly linkTypes: number[] = [];
  packets = 0;
  dropped: number | null = null;
  epochSeconds = 0;
  #hasEpoch = false;
  #previousNs = 0;
  #hasJumped = false;
  #isTimeless = false;
  readonly #packet: CapturedPacket = {
    number: 0,
    timeNs: 0,
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    originalLength: 0,
    linkType: 0,
    interfaceId: 0,
  };

  constructor(events: CaptureEvents) {
    this.events = events;
  }

  /** Hands on the packet `bytes[start, end)` that was captured at `seconds` and `ns` after 1970. */
  packet(bytes: Buffer, start: number, end: number, originalLength: number, source: CaptureInterface, seconds: number, ns: number): void {
    if (!this.#hasEpoch || seconds >= END_OF_TIME || seconds <= -END_OF_TIME) seconds = this.#firstSecond(seconds);
    const timeNs = (seconds - this.epochSeconds) * 1e9 + ns;
    const step = timeNs - this.#previousNs;
    this.#previousNs = timeNs;
    if (step < BACKWARDS_NS && this.packets > 0 && !this.#hasJumped) this.#noteJump(step);
    this.#emit(bytes, start, end, originalLength, source);
  }

  /** A packet of a format that keeps no time: it gets the time of the packet before it. */
  timelessPacket(bytes: Buffer, start: number, end: number, originalLength: number, source: CaptureInterface): void {
    if (!this.#isTimeless)
      this.note(`frame ${this.#packet.number + 1} has no time of its own (a simple packet block): the time before it stands in`);
    this.#isTimeless = true;
    if (!this.#hasEpoch) this.#firstSecond(0);
    this.#emit(bytes, start, end, originalLength, source);
  }

  /** A record that Wireshark numbers as a frame although it holds no packet. */
  skipNumber(): void {
    this.#packet.number += 1;
  }

  interface(found: CaptureInterface): void {
    if (this.interfaces.length < MAX_INTERFACES_KEPT) this.interfaces.push(found);
    this.events.interface?.(found);
  }

  drop(packets: number): void {
    this.dropped = (this.dropped ?? 0) + packets;
    this.events.dropped?.(packets);
  }

  note(text: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(text);
    else if (this.notes.length === MAX_NOTES) this.notes.push('more of the kind was found and is not listed');
  }

  #emit(bytes: Buffer, start: number, end: number, originalLength: number, source: CaptureInterface): void {
    const packet = this.#packet;
    packet.number += 1;
    packet.timeNs = this.#previousNs;
    packet.bytes = bytes;
    packet.start = start;
    packet.end = end;
    packet.originalLength = originalLength;
    if (packet.linkType !== source.linkType || this.packets === 0) this.#noteLinkType(source.linkType);
    packet.linkType = source.linkType;
    packet.interfaceId = source.id;
    this.packets += 1;
    this.events.packet(packet);
  }

  #firstSecond(seconds: number): number {
    let sane = seconds;
    if (seconds >= END_OF_TIME || seconds <= -END_OF_TIME) {
      sane = this.epochSeconds;
      this.note(`frame ${this.#packet.number + 1} has a time beyond the year 275760: the time of the first packet stands in`);
    }
    if (!this.#hasEpoch) {
      this.epochSeconds = sane;
      this.events.epoch?.(sane);
    }
    this.#hasEpoch = true;
    return sane;
  }

  #noteJump(stepNs: number): void {
    this.#hasJumped = true;
    this.note(`the clock jumps back by ${(-stepNs / 1e9).toFixed(3)} s at frame ${this.#packet.number + 1}: times across it are wrong`);
  }

  #noteLinkType(linkType: number): void {
    if (!this.linkTypes.includes(linkType) && this.linkTypes.length < MAX_INTERFACES_KEPT) this.linkTypes.push(linkType);
  }
}
