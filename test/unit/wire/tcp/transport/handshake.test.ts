import { describe, expect, it } from 'vitest';
import { TCP_ACK, TCP_SYN } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { mssOption, optionBytes, Talk, timestamps } from './talk.ts';

const options = (value: number, echo: number): Buffer => optionBytes(mssOption(1460), timestamps(value, echo));

describe('Handshake', () => {
  it('times both halves, which are samples of the two directions', () => {
    const talk = new Talk();
    talk.a(0, { flags: TCP_SYN, seq: 0 });
    talk.b(30, { flags: TCP_SYN | TCP_ACK, seq: 0 });
    talk.a(30.5, { seq: 1 });
    expect(talk.finish()).toMatchObject({
      handshake: { synToSynAckMs: 30, synAckToAckMs: 0.5 },
      rtt: { aToB: { count: 1, minMs: 30 }, bToA: { count: 1, minMs: 0.5 } },
    });
  });

  // RFC 7323 section 4.1: the echoed value tells which segment is answered.
  it('finds the SYN that was answered by its timestamp', () => {
    const talk = new Talk();
    talk.a(0, { flags: TCP_SYN, seq: 0, options: options(100, 0) });
    talk.a(1000, { flags: TCP_SYN, seq: 0, options: options(1100, 0) });
    talk.b(1030, { flags: TCP_SYN | TCP_ACK, seq: 0, options: options(7, 1100) });
    talk.b(2030, { flags: TCP_SYN | TCP_ACK, seq: 0, options: options(1007, 1100) });
    talk.a(2031, { seq: 1, options: optionBytes(timestamps(2130, 1007)) });
    expect(talk.finish().handshake).toEqual({ synToSynAckMs: 30, synAckToAckMs: 1 });
  });

  it('gives no time when several SYNs could be meant', () => {
    const talk = new Talk();
    talk.a(0, { flags: TCP_SYN, seq: 0 });
    talk.a(1000, { flags: TCP_SYN, seq: 0 });
    talk.b(1030, { flags: TCP_SYN | TCP_ACK, seq: 0 });
    talk.a(1031, { seq: 1 });
    expect(talk.finish()).toMatchObject({ handshake: null, rtt: { aToB: null, bToA: { minMs: 1 } } });
  });

  it('gives no time when the SYN was captured after its answer', () => {
    const talk = new Talk();
    talk.b(0, { flags: TCP_SYN | TCP_ACK, seq: 0 });
    talk.a(0.1, { flags: TCP_SYN, seq: 0 });
    talk.a(0.2, { seq: 1 });
    expect(talk.finish().handshake).toBeNull();
  });
});
