import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { StreamContent } from '../../../../harness/wire/content/stream-content.ts';
import type { StreamDirection } from '../../../../harness/wire/tcp/label.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN, TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { encodeFrame } from '../../../../harness/wire/frame.ts';
import { CLIENT, SERVER, StreamScript, SWITCHING, UPGRADE } from './stream-script.ts';

const frameOf = (length: number): Buffer => encodeFrame({ opcode: 2, payload: Buffer.alloc(length, 0x5a) });

describe('the content of a stream', () => {
  it('is empty when there was no payload', () => {
    const { exchanges, webSocket, tls, closings } = new StreamScript().handshake().fin(CLIENT).fin(SERVER).finish();
    expect([exchanges, webSocket, tls, closings]).toEqual([[], null, null, []]);
  });

  it('is read from data in the SYN', () => {
    const script = new StreamScript()
      .send(CLIENT, UPGRADE, { seq: 0, flags: TCP_SYN })
      .send(SERVER, '', { seq: 0, flags: TCP_SYN | TCP_ACK });
    script.send(SERVER, SWITCHING);
    expect(script.finish().exchanges).toMatchObject([{ frame: 1, response: { status: 101 } }]);
  });

  it('is read when the answer overtakes its own first segment', () => {
    const script = new StreamScript().handshake().send(CLIENT, UPGRADE);
    script.send(SERVER, SWITCHING.slice(30), { seq: 31 }).send(SERVER, SWITCHING.slice(0, 30), { seq: 1 });
    expect(script.finish().exchanges[0]?.response).toMatchObject({ status: 101, frame: 5 });
  });

  it('is read once, however often segments were sent', () => {
    const script = new StreamScript().handshake().send(CLIENT, UPGRADE).send(CLIENT, UPGRADE, { seq: 1 });
    script
      .send(SERVER, SWITCHING)
      .send(SERVER, frameOf(1000))
      .send(SERVER, SWITCHING + frameOf(1000).toString('latin1'), { seq: 1 });
    const { exchangeCount, webSocket } = script.finish();
    expect([exchangeCount, webSocket?.frames]).toEqual([1, 1]);
  });

  it('goes on behind a frame whose payload the capture lost', () => {
    const script = new StreamScript().handshake().send(CLIENT, UPGRADE).send(SERVER, SWITCHING);
    const frame = frameOf(3000);
    script
      .send(SERVER, frame.subarray(0, 1000))
      .send(SERVER, frame.subarray(1000, 2000), { isLost: true })
      .send(SERVER, frame.subarray(2000));
    script.send(CLIENT, '').send(SERVER, frameOf(10));
    expect(script.finish().webSocket).toMatchObject({ frames: 2, messages: [0, 2], unreadable: [] });
  });

  it('goes no further than a reset', () => {
    const script = new StreamScript().handshake().send(CLIENT, UPGRADE).rst(SERVER).send(SERVER, SWITCHING);
    expect(script.finish().exchanges).toMatchObject([{ response: null }]);
  });

  it('ends before the bytes after a FIN', () => {
    const script = new StreamScript()
      .handshake()
      .send(CLIENT, UPGRADE)
      .send(SERVER, SWITCHING)
      .send(SERVER, frameOf(5), { flags: TCP_FIN | TCP_ACK });
    expect(script.send(SERVER, frameOf(5)).finish().webSocket?.frames).toBe(1);
  });
});

it('any segments at all do no harm, and hold bounded memory', () => {
  const seeds = [
    UPGRADE,
    SWITCHING,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x00\x05\x01',
    'PROXY TCP4 ',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello',
  ];
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seededRandom(seed);
    const content = new StreamContent({ keyLog: null });
    const segment = new TcpSegment();
    const whole = (below: number): number => Math.trunc(random() * below);
    for (let count = 0; count < 60; count += 1) {
      const bytes = Buffer.from((seeds[whole(seeds.length)] ?? '').repeat(1 + whole(3)), 'latin1');
      for (let flips = whole(4); flips > 0 && random() < 0.5; flips -= 1) bytes[whole(bytes.length)] = whole(256);
      segment.frame = count;
      segment.flags = random() < 0.9 ? TCP_ACK : whole(256);
      segment.seq = (0x7fffff00 + whole(random() < 0.9 ? 1000 : 0x1_0000_0000)) | 0;
      segment.ack = (0x7fffff00 + whole(random() < 0.9 ? 1000 : 0x1_0000_0000)) | 0;
      segment.bytes = bytes;
      segment.payloadStart = whole(bytes.length);
      segment.payloadEnd = segment.payloadStart + whole(bytes.length - segment.payloadStart + 1);
      segment.length = segment.payloadEnd - segment.payloadStart + (random() < 0.2 ? whole(2000) : 0);
      content.observe(segment, (random() < 0.5 ? 0 : 1) satisfies StreamDirection);
    }
    const facts = content.finish();
    expect(facts.exchanges.length).toBeLessThanOrEqual(250);
    expect(facts.notes.length).toBeLessThanOrEqual(20);
  }
});
