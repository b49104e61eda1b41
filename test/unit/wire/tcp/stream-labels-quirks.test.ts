import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { StreamLabels } from '../../../../harness/wire/tcp/stream-labels.ts';
import { play, type Sent, segmentOf } from '../../../fixtures/segment-script.ts';

const EPOCH = 1_700_000_000;
const SYN: Sent = { from: 'a', flags: 'S', seq: 100, atMs: 0 };
const SYN_ACK: Sent = { from: 'b', flags: 'SA', seq: 200, ack: 101, atMs: 5 };

describe('the initial round-trip time', () => {
  it('runs from the latest SYN to the first ACK of either end', () => {
    expect(play([SYN, { ...SYN, atMs: 1000 }, { ...SYN_ACK, atMs: 1003 }, { from: 'a', seq: 101, ack: 201, atMs: 1007 }]).irttMs).toEqual([
      7,
    ]);
    expect(play([SYN, SYN_ACK, { from: 'b', seq: 201, ack: 101, atMs: 6 }, { from: 'a', seq: 101, ack: 201, atMs: 9 }]).irttMs).toEqual([
      6,
    ]);
  });

  it('is unset without a SYN, and while every packet has one time', () => {
    expect(play([SYN_ACK, { from: 'a', seq: 101, ack: 201 }]).irttMs).toEqual([-1]);
    const same = [SYN, { ...SYN_ACK, atMs: 0 }, { from: 'a', seq: 101, ack: 201, atMs: 0 } as const];
    expect(play(same).irttMs).toEqual([-1]);
    expect(play([...same, { from: 'b', seq: 201, ack: 101, atMs: 30 }]).irttMs).toEqual([30]);
  });

  it('ignores a SYN stamped with the first instant of 1970', () => {
    expect(play([SYN, SYN_ACK, { from: 'a', seq: 101, ack: 201, atMs: 9 }], 0).irttMs).toEqual([-1]);
  });

  it('is negative when the clock steps back, and then makes everything behind out of order', () => {
    const back = play([
      { ...SYN, atMs: 1000 },
      { ...SYN_ACK, atMs: 1001 },
      { from: 'a', seq: 101, ack: 201, atMs: 400 },
      { from: 'a', seq: 101, ack: 201, length: 10, atMs: 401 },
      { from: 'a', seq: 121, ack: 201, length: 10, atMs: 402 },
      { from: 'a', seq: 111, ack: 201, length: 10, atMs: 99_000 },
    ]);
    expect(back.irttMs).toEqual([-600]);
    expect(back.labels.at(-1)).toEqual(['out_of_order']);
  });
});

describe('a header that the snapshot cut', () => {
  it('is remembered without being labelled', () => {
    const sent: Sent = { from: 'a', seq: 101, ack: 201, length: 10, atMs: 20 };
    const labels = play([
      sent,
      { ...sent, atMs: 100, isHeaderCut: true },
      { ...sent, seq: 121, isHeaderCut: true },
      { ...sent, seq: 131 },
    ]).labels;
    expect(labels).toEqual([[], [], [], []]);
  });

  it('leaves open whether windows are scaled', () => {
    const fill: Sent[] = [
      { from: 'b', seq: 201, ack: 101, window: 10 },
      { from: 'a', seq: 101, ack: 201, length: 10 },
    ];
    expect(play([SYN, SYN_ACK, ...fill]).labels.at(-1)).toEqual(['window_full']);
    expect(play([SYN, SYN_ACK, ...fill].map((sent) => ({ ...sent, isHeaderCut: sent.flags !== undefined }))).labels.at(-1)).toEqual([]);
  });
});

describe('ten thousand segments that nobody acknowledged', () => {
  const flood = (segments: number, ...then: readonly Sent[]): readonly string[] => {
    const script = Array.from({ length: segments }, (_, at): Sent => ({ from: 'a', seq: 1 + at, length: 1 }));
    return play([...script, ...then]).labels.at(-1) ?? [];
  };
  const fin = (seq: number): Sent => ({ from: 'a', flags: 'F', seq });

  it('make a FIN take no sequence number any more', () => {
    expect(flood(9_999, fin(10_000), { from: 'a', seq: 10_001, length: 1 })).toEqual([]);
    expect(flood(10_000, fin(10_001), { from: 'a', seq: 10_002, length: 1 })).toEqual(['lost_segment']);
  });

  it('are forgotten when they are acknowledged', () => {
    const acked: Sent = { from: 'b', seq: 1, ack: 10_001 };
    expect(flood(10_000, acked, fin(10_001), { from: 'a', seq: 10_002, length: 1 })).toEqual([]);
  });
});

describe('any segments', () => {
  it('get the same labels every time, never two kinds of resending at once', () => {
    const run = (): number[] => {
      const random = seededRandom(11);
      const any = (): number => Math.floor(random() * 2 ** 32);
      const labels = new StreamLabels(EPOCH);
      return Array.from({ length: 20_000 }, () => {
        const sent: Sent = {
          from: 'a',
          seq: any(),
          ack: any(),
          length: any() >>> (8 + (any() & 15)),
          window: any() & 0xffff,
          atMs: random() * 1e6,
        };
        const segment = segmentOf(sent);
        segment.flags = any() & 0xff;
        return labels.observe(segment, random() < 0.5 ? 0 : 1);
      });
    };
    const first = run();
    expect(run()).toEqual(first);
    expect(first.every((bits) => (bits & 0b1001) !== 0b1001 && (bits & 0b110) !== 0b110)).toBe(true);
  });
});
