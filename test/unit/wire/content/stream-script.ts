import { StreamContent } from '../../../../harness/wire/content/stream-content.ts';
import type { ContentFacts } from '../../../../harness/wire/content/content-facts.ts';
import type { StreamDirection } from '../../../../harness/wire/tcp/label.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';

/** What a step of a scripted stream may change. Sequence numbers count from 0 at the SYN of the direction. */
interface Step {
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  /** Payload on the wire, when the capture has less of it. */
  readonly length?: number;
  /** Neither the sender's next number nor anything else moves on: the segment is a copy, or was not captured. */
  readonly isLost?: boolean;
}

export const CLIENT: StreamDirection = 0;
export const SERVER: StreamDirection = 1;

/** Plays a TCP stream, segment by segment, into the reader of its content. Frames are numbered from 1, 1 ms apart; one segment object serves for all. */
export class StreamScript {
  readonly content = new StreamContent({ keyLog: null });
  readonly #segment = new TcpSegment();
  readonly #next: [number, number] = [1, 1];
  readonly #bases: readonly [number, number];
  #frame = 0;

  constructor(bases: readonly [number, number] = [1000, 0x7fffff00]) {
    this.#bases = bases;
  }

  get frame(): number {
    return this.#frame;
  }

  handshake(): this {
    this.send(CLIENT, '', { seq: 0, flags: TCP_SYN });
    this.send(SERVER, '', { seq: 0, flags: TCP_SYN | TCP_ACK });
    return this.send(CLIENT, '');
  }

  send(direction: StreamDirection, payload: string | Buffer, step: Step = {}): this {
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
    const seq = step.seq ?? this.#next[direction];
    const length = step.length ?? bytes.length;
    if (step.seq === undefined) this.#next[direction] += length;
    if (step.isLost === true) return this;
    this.#frame += 1;
    const segment = this.#segment;
    segment.frame = this.#frame;
    segment.timeNs = this.#frame * 1e6;
    segment.flags = step.flags ?? TCP_ACK;
    segment.seq = (this.#bases[direction] + seq) | 0;
    const peer: StreamDirection = direction === CLIENT ? SERVER : CLIENT;
    segment.ack = (this.#bases[peer] + (step.ack ?? this.#next[peer])) | 0;
    segment.length = length;
    segment.bytes = Buffer.concat([Buffer.from('head'), bytes, Buffer.from('next record')]);
    segment.payloadStart = 4;
    segment.payloadEnd = 4 + bytes.length;
    this.content.observe(segment, direction);
    segment.bytes.fill(0xee);
    return this;
  }

  fin(direction: StreamDirection): this {
    return this.send(direction, '', { flags: TCP_FIN | TCP_ACK });
  }

  rst(direction: StreamDirection): this {
    return this.send(direction, '', { flags: TCP_RST | TCP_ACK });
  }

  finish(): ContentFacts {
    return this.content.finish();
  }
}

export const UPGRADE = [
  'GET /chat?token=1 HTTP/1.1',
  'Host: app.test',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

/** The key and its accept value stand in RFC 6455 section 1.3. */
export const SWITCHING = [
  'HTTP/1.1 101 Switching Protocols',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  '',
  '',
].join('\r\n');
