import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import type { StreamDirection } from '../../../../../harness/wire/tcp/label.ts';
import { TcpSegment } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { StreamTransport } from '../../../../../harness/wire/tcp/transport/stream-transport.ts';
import { EPOCH_SECONDS, Talk } from './talk.ts';

describe('StreamTransport', () => {
  it('adds up what each end sent, and when', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 100 });
    talk.b(11, { seq: 1, ack: 101, length: 20 });
    talk.a(12, { flags: 0x11, seq: 101, ack: 21 });
    talk.b(13, { flags: 0x11, seq: 21, ack: 102 });
    expect(talk.finish()).toMatchObject({
      firstFrame: 1,
      startedAtMs: EPOCH_SECONDS * 1000,
      endedAtMs: EPOCH_SECONDS * 1000 + 13,
      packets: { aToB: 4, bToA: 3 },
      bytes: { aToB: 100, bToA: 20 },
      resent: { aToB: { frames: 0 }, bToA: { frames: 0 } },
      capturedTwice: 0,
      resets: [],
      idleGaps: [],
      stalls: [],
      closing: [
        { kind: 'fin', from: 'a', frame: 6 },
        { kind: 'fin', from: 'b', frame: 7 },
      ],
    });
  });

  it('survives segments of any kind, and its numbers stay sane', () => {
    const random = seededRandom(11);
    const below = (limit: number): number => Math.floor(random() * limit);
    const bytes = Buffer.from(Array.from({ length: 200 }, () => below(256)));
    for (let round = 0; round < 60; round += 1) {
      const transport = new StreamTransport(EPOCH_SECONDS);
      const segment = new TcpSegment();
      let observed = 0;
      for (let n = 1; n <= 400; n += 1) {
        const near = below(3) > 0;
        Object.assign(segment, {
          frame: n,
          timeNs: near ? n * 1e6 : (random() - 0.5) * 1e18,
          ttl: below(256),
          ipVersion: below(2) === 0 ? 4 : 6,
          ipId: below(3) === 0 ? -1 : below(65_536),
          seq: near ? below(5000) : Math.trunc((random() - 0.5) * 2 ** 32) | 0,
          ack: near ? below(5000) : Math.trunc((random() - 0.5) * 2 ** 32) | 0,
          flags: near ? 0x10 : below(256),
          window: below(4) === 0 ? 0 : below(65_536),
          length: below(3) === 0 ? 0 : below(near ? 1500 : 2 ** 20),
          bytes,
          optionsStart: 0,
          optionsEnd: below(41),
          payloadStart: 60,
          payloadEnd: 60 + below(140),
          isHeaderCut: below(10) === 0,
          interfaceId: below(3),
          outgoing: below(3) - 1,
        });
        if (transport.observe(segment, below(2) as StreamDirection, below(2 ** 15))) observed += 1;
        if (below(200) === 0) transport.release();
      }
      const facts = transport.finish(5e11);
      expect(facts.packets.aToB + facts.packets.bToA).toBe(400);
      expect(facts.capturedTwice).toBe(400 - observed);
      expect(facts.resets.length).toBeLessThanOrEqual(20);
      expect(facts.idleGaps.length).toBeLessThanOrEqual(20);
      expect(JSON.stringify(facts)).not.toMatch(/NaN|Infinity/);
      for (const resent of [facts.resent.aToB, facts.resent.bToA]) {
        expect(Object.values(resent.byCause).reduce((sum, segs) => sum + segs, 0)).toBe(resent.segs);
        expect(resent.segs).toBeGreaterThanOrEqual(resent.frames);
        expect(resent.needlessSegs).toBeLessThanOrEqual(resent.segs);
      }
      for (const rtt of [facts.rtt.aToB, facts.rtt.bToA]) {
        expect(rtt === null || (rtt.minMs >= 0 && rtt.minMs <= rtt.medianMs && rtt.medianMs <= rtt.maxMs)).toBe(true);
        expect(rtt?.overTime.length ?? 0).toBeLessThanOrEqual(60);
      }
    }
  });
});
