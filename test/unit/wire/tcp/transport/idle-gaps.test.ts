import { describe, expect, it } from 'vitest';
import { TCP_ACK, TCP_FIN, TCP_RST } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { EPOCH_SECONDS, type Said, Talk } from './talk.ts';

describe('IdleGaps', () => {
  it.each<[string, Said]>([
    ['data', { seq: 11, length: 3 }],
    ['retransmission', { seq: 1, length: 10 }],
    ['ack', { seq: 11, ack: 5 }],
    ['fin', { seq: 11, flags: TCP_ACK | TCP_FIN }],
    ['rst', { seq: 11, flags: TCP_RST }],
    ['keep-alive', { seq: 10 }],
  ])('says that %s ended a silence', (endedBy, said) => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 10 });
    talk.b(11, { ack: 11 });
    talk.a(3011, said);
    expect(talk.finish().idleGaps).toEqual([{ startedAtMs: EPOCH_SECONDS * 1000 + 11, gapMs: 3000, endedBy, endedByEnd: 'a', frame: 6 }]);
  });

  it('keeps the twenty longest, in order of time', () => {
    const talk = new Talk().open();
    let atMs = 10;
    for (let n = 0; n < 30; n += 1) {
      atMs += 1000 + (n % 10) * 100;
      talk.a(atMs, { seq: 1 + n, length: 1 });
    }
    const gaps = talk.finish().idleGaps;
    expect(gaps).toHaveLength(20);
    expect(Math.min(...gaps.map((gap) => gap.gapMs))).toBeGreaterThan(1200);
    expect(gaps.map((gap) => gap.startedAtMs)).toEqual(gaps.map((gap) => gap.startedAtMs).toSorted((one, two) => one - two));
  });

  it('counts the silence up to the end of the capture while the connection is open', () => {
    const open = new Talk().open();
    expect(open.finish(5001).idleGaps).toMatchObject([{ gapMs: 5000, endedBy: 'capture-end', endedByEnd: null, frame: null }]);
    const reset = new Talk().open();
    reset.b(2, { flags: TCP_RST, seq: 1 });
    expect(reset.finish(5001).idleGaps).toEqual([]);
    const closed = new Talk().open();
    closed.a(2, { flags: TCP_FIN | TCP_ACK, seq: 1 });
    closed.b(3, { flags: TCP_FIN | TCP_ACK, seq: 1, ack: 2 });
    expect(closed.finish(5001).idleGaps).toEqual([]);
  });
});
