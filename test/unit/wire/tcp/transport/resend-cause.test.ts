import { describe, expect, it } from 'vitest';
import { TCP_ACK, TCP_FIN, TCP_SYN } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { mssOption, optionBytes, Talk } from './talk.ts';

const MSS = 1460;
const causes = (talk: Talk): object => talk.finish().resent.aToB.byCause;
const none = { timeout: 0, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 };

/** Four full segments from a, at 10 ms. */
const four = (talk: Talk): Talk => {
  for (let n = 0; n < 4; n += 1) talk.a(10 + n / 100, { seq: 1 + n * MSS, length: MSS });
  return talk;
};

describe('resendCause', () => {
  it('calls a repeated SYN or SYN-ACK a matter of the handshake', () => {
    const talk = new Talk();
    talk.a(0, { flags: TCP_SYN, seq: 0 });
    talk.a(1000, { flags: TCP_SYN, seq: 0 });
    talk.b(1001, { flags: TCP_SYN | TCP_ACK, seq: 0 });
    talk.b(2001, { flags: TCP_SYN | TCP_ACK, seq: 0 });
    const { resent } = talk.finish();
    expect([resent.aToB.byCause, resent.bToA.byCause]).toEqual([
      { ...none, handshake: 1 },
      { ...none, handshake: 1 },
    ]);
    expect(resent.aToB).toMatchObject({ frames: 1, segs: 1, bytes: 0, firstFrames: [2] });
  });

  // RFC 6675 section 5: what lies below a SACK block is lost and sent again.
  it('sees fast recovery when SACK blocks lie beyond, and until all of that flight is acknowledged', () => {
    const talk = four(new Talk().open());
    talk.b(11, { ack: 1, options: talk.sack('b', [1 + MSS, 1 + 2 * MSS]) });
    talk.a(11.1, { seq: 1, length: MSS });
    talk.b(12, { ack: 1 + 2 * MSS });
    talk.a(12.1, { seq: 1 + 2 * MSS, length: MSS });
    expect(causes(talk)).toEqual({ ...none, 'fast-recovery': 2 });
  });

  // RFC 5681 section 3.2.
  it('sees fast recovery after three duplicate ACKs where SACK is not used', () => {
    const talk = four(new Talk().open(optionBytes(mssOption(MSS))));
    talk.b(11, { ack: 1 });
    for (let n = 0; n < 3; n += 1) talk.b(11 + n / 100, { ack: 1 });
    talk.a(11.1, { seq: 1, length: MSS });
    expect(causes(talk)).toEqual({ ...none, 'fast-recovery': 1 });
  });

  // RFC 8985 section 7.2.
  it('takes the first repeat of the last segment, without any sign of loss, for a tail loss probe, and the next for a timeout', () => {
    const talk = four(new Talk().open());
    talk.b(11, { ack: 1 + 3 * MSS });
    talk.a(215, { seq: 1 + 3 * MSS, length: MSS });
    talk.a(430, { seq: 1 + 3 * MSS, length: MSS });
    talk.a(860, { seq: 1 + 3 * MSS, length: MSS });
    expect(causes(talk)).toEqual({ ...none, 'tail-loss-probe': 1, timeout: 2 });
  });

  it('knows no probe without SACK: the first repeat is a timeout', () => {
    const talk = four(new Talk().open(optionBytes(mssOption(MSS))));
    talk.b(11, { ack: 1 + 3 * MSS });
    talk.a(215, { seq: 1 + 3 * MSS, length: MSS });
    expect(causes(talk)).toEqual({ ...none, timeout: 1 });
  });

  it('takes a head that comes again after silence for a timeout, and what follows until the flight is acknowledged', () => {
    const talk = four(new Talk().open());
    talk.a(220, { seq: 1, length: MSS });
    talk.b(221, { ack: 1 + MSS });
    talk.a(221.1, { seq: 1 + MSS, length: MSS });
    talk.a(221.2, { seq: 1 + 2 * MSS, length: MSS });
    talk.b(222, { ack: 1 + 4 * MSS });
    expect(causes(talk)).toEqual({ ...none, timeout: 3 });
  });

  it('claims nothing when nothing tells', () => {
    const talk = four(new Talk().open());
    talk.a(12, { seq: 1 + MSS, length: MSS });
    expect(causes(talk)).toEqual({ ...none, unknown: 1 });
  });

  it('counts a repeated FIN as one segment without bytes', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 100, flags: TCP_ACK | TCP_FIN });
    talk.a(220, { seq: 101, flags: TCP_ACK | TCP_FIN });
    expect(talk.finish().resent.aToB).toMatchObject({ frames: 1, segs: 1, bytes: 0 });
  });
});
