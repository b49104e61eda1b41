import { describe, expect, it } from 'vitest';
import { InFlight } from '../../../../../harness/wire/tcp/transport/in-flight.ts';
import { Talk } from './talk.ts';

describe('InFlight', () => {
  it('times the byte before the acknowledgement, also in the middle of a long frame', () => {
    const inFlight = new InFlight();
    inFlight.sent(1000, 1000, 5);
    inFlight.sent(9000, 8000, 6);
    expect([1000, 2460, 9000].map((ack) => inFlight.acknowledge(ack))).toEqual([5, 6, 6]);
    expect(inFlight.longestAcked).toBe(8000);
  });

  // RFC 6298 section 3: "RTT samples MUST NOT be made using segments that were retransmitted".
  it('gives no time up to what was sent when something was sent again', () => {
    const inFlight = new InFlight();
    inFlight.sent(1000, 1000, 5);
    inFlight.sent(2000, 1000, 6);
    inFlight.spoil(2000);
    expect([1000, 2000].map((ack) => inFlight.acknowledge(ack))).toEqual([Number.NaN, Number.NaN]);
    inFlight.sent(3000, 1000, 9);
    expect(inFlight.acknowledge(3000)).toBe(9);
  });

  it('holds 64 segments and gives no wrong time for others', () => {
    const inFlight = new InFlight();
    for (let n = 1; n <= 100; n += 1) inFlight.sent(10 * n, 10, n);
    expect([500, 640, 800].map((ack) => inFlight.acknowledge(ack))).toEqual([50, 64, Number.NaN]);
  });
});

describe('round-trip times', () => {
  it('are measured from the capture to each end and back, without what was sent twice', () => {
    const talk = new Talk().open();
    talk.a(100, { seq: 1, length: 10 });
    talk.b(108, { ack: 11 });
    talk.a(200, { seq: 11, length: 10 });
    talk.a(420, { seq: 11, length: 10 });
    talk.b(421, { ack: 21 });
    talk.b(500, { seq: 1, ack: 21, length: 10 });
    talk.a(500.3, { seq: 21, ack: 11 });
    const { aToB, bToA } = talk.finish().rtt;
    expect(aToB).toMatchObject({ count: 2, minMs: 1, medianMs: 4.5, maxMs: 8 });
    expect(bToA?.count).toBe(2);
    expect(bToA?.maxMs).toBeCloseTo(0.3, 6);
  });
});
