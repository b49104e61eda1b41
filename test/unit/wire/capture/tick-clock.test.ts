import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { TickClock } from '../../../../harness/wire/capture/tick-clock.ts';

const WORD = 2n ** 32n;

describe('TickClock', () => {
  it.each([0, 3, 6, 7, 9, 12, 15, 18, 0x80, 0x80 + 10, 0x80 + 20, 0x80 + 23, 0x80 + 30, 0x80 + 52, 0x80 + 60, 127, 255])(
    'is exact to the nanosecond with if_tsresol %i',
    (resolution) => {
      const perSecond = (resolution >= 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
      const clock = new TickClock(resolution);
      const random = seededRandom(resolution);
      for (let round = 0; round < 500; round += 1) {
        // The time of a capture, or anything at all.
        const seconds = BigInt(Math.floor(random() * 2 ** 31));
        const anything = BigInt(Math.floor(random() * 2 ** 32)) * WORD + BigInt(Math.floor(random() * 2 ** 32));
        const ticks = round % 2 === 0 ? (seconds * perSecond + (anything % perSecond)) % (WORD * WORD) : anything;
        clock.set(Number(ticks / WORD), Number(ticks % WORD));
        expect(clock.ns).toBe(Number(((ticks % perSecond) * 1_000_000_000n) / perSecond));
        // Beyond 2^53 s the last digits are of no use to anyone.
        expect(Math.abs(clock.seconds - Number(ticks / perSecond)) <= Number(ticks / perSecond) * 2 ** -52).toBe(true);
        expect(ticks / perSecond >= 2n ** 53n || clock.seconds === Number(ticks / perSecond)).toBe(true);
      }
    },
  );

  it('carries over the end of the low word', () => {
    const clock = new TickClock(9, 5);
    clock.set(1, 0xffff_ffff);
    expect([clock.seconds, clock.ns]).toEqual([5 + 8, 589_934_591]);
  });
});
