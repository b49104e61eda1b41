import type { StreamDirection } from '../../../../../harness/wire/tcp/label.ts';
import { StreamLabels } from '../../../../../harness/wire/tcp/stream-labels.ts';
import { TCP_ACK, TCP_SYN, TcpSegment } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { StreamTransport } from '../../../../../harness/wire/tcp/transport/stream-transport.ts';
import type { TransportFacts } from '../../../../../harness/wire/tcp/transport/transport-facts.ts';

export const EPOCH_SECONDS = 1_700_000_000;

export interface Said extends Partial<Pick<TcpSegment, 'flags' | 'ttl' | 'ipId' | 'ipVersion' | 'window' | 'interfaceId' | 'outgoing'>> {
  /** Relative to the initial sequence number of the sender and of the other end: the first byte of data is 1. */
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly payload?: Buffer;
  readonly options?: Buffer;
}

/** TCP options, padded with NOPs to words. */
export const optionBytes = (...options: readonly (readonly number[])[]): Buffer => {
  const bytes = options.flat();
  return Buffer.from([...Array.from({ length: (4 - (bytes.length % 4)) % 4 }, () => 1), ...bytes]);
};
const word = (value: number): readonly number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
export const mssOption = (mss: number): readonly number[] => [2, 4, mss >> 8, mss & 255];
export const sackPermitted: readonly number[] = [4, 2];
export const timestamps = (value: number, echo: number): readonly number[] => [8, 10, ...word(value), ...word(echo)];

/** A connection that a test plays segment by segment; numbers are relative, times are milliseconds. */
export class Talk {
  readonly transport = new StreamTransport(EPOCH_SECONDS);
  readonly #labels = new StreamLabels(EPOCH_SECONDS);
  readonly #initial: readonly [number, number];
  readonly #ids: [number, number] = [1000, 30_000];
  frame = 0;
  lastMs = 0;

  /** `initial`: the numbers of the two SYNs. The default wraps soon. */
  constructor(initial: readonly [number, number] = [0x7fffff00 | 0, -200]) {
    this.#initial = initial;
  }

  a(atMs: number, said: Said = {}): boolean {
    return this.#say(0, atMs, said);
  }

  b(atMs: number, said: Said = {}): boolean {
    return this.#say(1, atMs, said);
  }

  /** SACK blocks with relative numbers of the other end. */
  sack(from: 'a' | 'b', ...blocks: readonly (readonly [number, number])[]): Buffer {
    const initial = this.#initial[from === 'a' ? 1 : 0];
    const edges = blocks.flat().flatMap((edge) => word((initial + edge) | 0));
    return optionBytes([5, 2 + edges.length, ...edges]);
  }

  /** SYN, SYN-ACK, ACK: ends at 1 ms. */
  open(options: Buffer = optionBytes(mssOption(1460), sackPermitted)): this {
    this.a(0, { flags: TCP_SYN, seq: 0, ack: 0, options });
    this.b(1, { flags: TCP_SYN | TCP_ACK, seq: 0, ack: 1, options });
    this.a(1, { seq: 1, ack: 1 });
    return this;
  }

  finish(lastMs = this.lastMs): TransportFacts {
    return this.transport.finish(lastMs * 1e6);
  }

  #say(direction: StreamDirection, atMs: number, said: Said): boolean {
    const payload = said.payload ?? Buffer.alloc(Math.min(said.length ?? 0, 64), 0x41 + (this.frame % 20));
    const options = said.options ?? Buffer.alloc(0);
    const { seq = 1, ack = 1, options: _, payload: __, length = payload.length, ...rest } = said;
    this.frame += 1;
    this.lastMs = atMs;
    const hasAck = ((said.flags ?? TCP_ACK) & TCP_ACK) !== 0;
    const segment = Object.assign(new TcpSegment(), {
      flags: TCP_ACK,
      ttl: 64,
      window: 500,
      ipId: (this.#ids[direction] += 1),
      ...rest,
      frame: this.frame,
      timeNs: Math.round(atMs * 1e6),
      seq: (this.#initial[direction] + seq) | 0,
      ack: hasAck ? (this.#initial[1 - direction] ?? 0) + ack : 0,
      length,
      bytes: Buffer.concat([options, payload]),
      optionsStart: 0,
      optionsEnd: options.length,
      payloadStart: options.length,
      payloadEnd: options.length + payload.length,
    });
    segment.ack |= 0;
    return this.transport.observe(segment, direction, this.#labels.observe(segment, direction));
  }
}
