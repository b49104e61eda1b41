import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { UnackedEnds } from '../../../../harness/wire/tcp/label-unacked.ts';

describe('UnackedEnds', () => {
  it('counts what a plain list would hold, across the end of the sequence space and out of order', () => {
    const random = seededRandom(5);
    const ends = new UnackedEnds();
    let plain: number[] = [];
    let high = 0x7fffff00 | 0;
    for (let round = 0; round < 20_000; round += 1) {
      const end = (high - Math.floor(random() ** 4 * 300)) | 0;
      ends.add(end);
      plain.push(end);
      high = (high + Math.floor(random() * 20)) | 0;
      if (random() < 0.3) {
        const ack = (high - Math.floor(random() * 400)) | 0;
        ends.dropUpTo(ack);
        plain = plain.filter((one) => ((one - ack) | 0) > 0);
      }
      expect(ends.count).toBe(plain.length);
    }
  });

  it('drops only the last ones for an ACK from half the sequence space away', () => {
    const ends = new UnackedEnds();
    for (const end of [2_147_483_640, 2_147_483_645, -2_147_483_640]) ends.add(end);
    ends.dropUpTo(0);
    expect(ends.count).toBe(2);
  });
});
