import { describe, expect, it } from 'vitest';
import { Talk } from './talk.ts';

const MSS = 1460;

/** b answers a small request with two full segments and a small one, of which nothing is acknowledged; the first is sent `times` times in all. */
const swallowed = (times: number): Talk => {
  const talk = new Talk().open();
  talk.a(10, { seq: 1, length: 150 });
  talk.b(11, { ack: 151 });
  for (let n = 0; n < 3; n += 1) talk.b(12 + n / 10, { seq: 1 + n * MSS, ack: 151, length: n === 2 ? 300 : MSS });
  for (let n = 1; n < times; n += 1) talk.b(12 + 220 * 2 ** n, { seq: 1, ack: 151, length: MSS });
  return talk;
};

describe('an MTU black hole', () => {
  it('is a full-sized segment that is sent again and again, while the request passed', () => {
    expect(swallowed(4).finish().mtuBlackhole).toEqual({ from: 'b', frame: 9, segmentBytes: MSS, tries: 4 });
  });

  it('is not claimed after two tries, nor once the segment is acknowledged', () => {
    expect(swallowed(2).finish().mtuBlackhole).toBeNull();
    const talk = swallowed(4);
    talk.a(9000, { seq: 151, ack: 1 + MSS });
    expect(talk.finish().mtuBlackhole).toBeNull();
  });

  it('is not claimed when a segment as long had passed', () => {
    const talk = new Talk().open();
    for (let n = 0; n < 2; n += 1) talk.a(10 + n, { seq: 1 + n * MSS, length: MSS });
    talk.b(12, { ack: 1 + MSS });
    for (let n = 1; n < 5; n += 1) talk.a(12 + 220 * 2 ** n, { seq: 1 + MSS, length: MSS });
    expect(talk.finish().mtuBlackhole).toBeNull();
  });

  it('is not claimed when SACK shows that such a segment arrived', () => {
    const talk = swallowed(2);
    talk.a(600, { seq: 151, ack: 1, options: talk.sack('a', [1 + MSS, 1 + 2 * MSS]) });
    for (let n = 2; n < 5; n += 1) talk.b(700 + 220 * 2 ** n, { seq: 1, ack: 151, length: MSS });
    expect(talk.finish().mtuBlackhole).toBeNull();
  });

  it('is not claimed for small segments that are sent again as one', () => {
    const talk = new Talk().open();
    for (let n = 0; n < 3; n += 1) talk.a(10 + n, { seq: 1 + n * 400, length: 400 });
    for (let n = 1; n < 5; n += 1) talk.a(12 + 220 * 2 ** n, { seq: 1, length: 1200 });
    expect(talk.finish()).toMatchObject({ mtuBlackhole: null, resent: { aToB: { frames: 4 } } });
  });

  it('is not claimed when nothing of that end ever passed', () => {
    const talk = new Talk();
    for (let n = 0; n < 5; n += 1) talk.a(220 * 2 ** n, { seq: 1, length: MSS });
    expect(talk.finish().mtuBlackhole).toBeNull();
  });
});
