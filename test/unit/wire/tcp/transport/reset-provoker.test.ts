import { describe, expect, it } from 'vitest';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { EPOCH_SECONDS, Talk } from './talk.ts';

const RST = TCP_RST | TCP_ACK;

describe('a reset', () => {
  it('is provoked by the SYN where a port is refused', () => {
    const talk = new Talk();
    talk.a(0, { flags: TCP_SYN, seq: 0 });
    talk.b(0.5, { flags: RST, seq: 0, ack: 1, ipId: 0 });
    expect(talk.finish()).toMatchObject({
      resets: [{ frame: 2, from: 'b', provokedBy: { frame: 1, what: 'syn', agoMs: 0.5 }, rttMs: null, isLate: false, oddities: [] }],
      closing: [{ kind: 'rst', from: 'b', frame: 2, atMs: EPOCH_SECONDS * 1000 + 0.5, code: null, reason: '' }],
    });
  });

  it('is provoked by data rather than by the ACKs after it', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 100 });
    talk.b(10.1, { ack: 101 });
    talk.a(10.2, { seq: 101 });
    talk.b(710.3, { flags: RST, seq: 1, ack: 101 });
    expect(talk.finish().resets).toMatchObject([{ provokedBy: { frame: 4, what: 'data', agoMs: 700.3 }, rttMs: 0.1, isLate: true }]);
  });

  it('is not provoked by what its end had answered already', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 100 });
    talk.b(11, { ack: 101, length: 50 });
    talk.a(12, { seq: 101, ack: 51 });
    talk.b(312, { flags: RST, seq: 51, ack: 101 });
    expect(talk.finish().resets).toMatchObject([{ provokedBy: { frame: 6, what: 'ack', agoMs: 300 }, isLate: true }]);
  });

  it('is provoked by a FIN, or by a keep-alive that came long after the data', () => {
    const fin = new Talk().open();
    fin.a(10, { seq: 1, flags: TCP_FIN | TCP_ACK });
    fin.b(10.5, { flags: RST, seq: 1 });
    expect(fin.finish().resets).toMatchObject([{ provokedBy: { what: 'fin', agoMs: 0.5 }, isLate: false }]);
    const idle = new Talk().open();
    idle.a(10, { seq: 1, length: 100 });
    idle.b(11, { ack: 101 });
    idle.a(7_200_000, { seq: 100 });
    idle.b(7_200_001, { flags: TCP_RST, seq: 1, ack: 0 });
    expect(idle.finish().resets).toMatchObject([{ provokedBy: { frame: 6, what: 'ack', agoMs: 1 }, isLate: false }]);
  });

  it('is late only far beyond the round-trip time', () => {
    const after = (rttMs: number, ms: number): boolean | undefined => {
      const talk = new Talk();
      talk.a(0, { flags: TCP_SYN, seq: 0 });
      talk.b(rttMs, { flags: TCP_SYN | TCP_ACK, seq: 0 });
      talk.a(rttMs + 0.1, { seq: 1, length: 5 });
      talk.b(rttMs + 0.1 + ms, { flags: RST, seq: 1, ack: 6 });
      return talk.finish().resets[0]?.isLate;
    };
    expect([after(3, 40), after(3, 200), after(80, 200), after(80, 401)]).toEqual([false, true, false, true]);
  });

  it('is judged by the initial timeout of RFC 6298 when its path was never measured', () => {
    const late = (ms: number): object => {
      const talk = new Talk();
      talk.a(0, { seq: 1, length: 5 });
      talk.b(ms, { flags: RST, seq: 1 });
      return talk.finish().resets.map(({ rttMs, isLate }) => ({ rttMs, isLate }));
    };
    expect([late(900), late(1100)]).toEqual([[{ rttMs: null, isLate: false }], [{ rttMs: null, isLate: true }]]);
  });

  it('is provoked by nothing when nothing else was captured of the other end', () => {
    const talk = new Talk();
    talk.b(0, { flags: TCP_RST, seq: 1 });
    expect(talk.finish()).toMatchObject({ resets: [{ provokedBy: null, isLate: false }], oneSided: null });
  });

  it('is kept with nineteen others at most, while FINs are kept once for each end', () => {
    const talk = new Talk().open();
    for (let n = 0; n < 3; n += 1) talk.a(10 + n, { seq: 1, flags: TCP_FIN | TCP_ACK });
    for (let n = 0; n < 50; n += 1) talk.b(20 + n, { flags: TCP_RST, seq: 1 });
    const { resets, closing } = talk.finish();
    expect(resets).toHaveLength(20);
    expect(closing.map((event) => event.kind)).toEqual(['fin', ...Array.from({ length: 20 }, () => 'rst')]);
  });
});
