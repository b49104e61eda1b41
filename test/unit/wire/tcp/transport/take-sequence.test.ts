import { describe, expect, it } from 'vitest';
import { mssOption, optionBytes, Talk } from './talk.ts';

const MSS = 1460;

describe('what was sent again', () => {
  it('counts the bytes that were seen before, in segments of the MSS', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 3 * MSS });
    talk.a(300, { seq: 1, length: 4 * MSS });
    const { resent, offloadedFrames, mss } = talk.finish();
    expect(resent.aToB).toMatchObject({ frames: 1, segs: 3, bytes: 3 * MSS, holeFills: 0, firstFrames: [5] });
    expect(resent.aToB.firstAtMs).toHaveLength(1);
    expect(offloadedFrames).toBe(2);
    expect(mss).toEqual({ aToB: MSS, bToA: MSS });
  });

  it('takes new bytes in a hole for a repair that came from before the capture', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1 + MSS, length: MSS });
    talk.a(11, { seq: 1, length: MSS });
    talk.a(12, { seq: 1, length: MSS });
    expect(talk.finish().resent.aToB).toMatchObject({ frames: 1, holeFills: 1 });
  });

  it('does not count what was never seen before the first segment of the capture', () => {
    const talk = new Talk();
    talk.a(0, { seq: 5000, length: 100 });
    talk.a(1, { seq: 4000, length: 100 });
    talk.a(2, { seq: 4100, length: 900 });
    expect(talk.finish().resent.aToB).toMatchObject({ frames: 0, holeFills: 1 });
  });

  it.each([0, 1])('does not count keep-alives with %i bytes', (length) => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 10 });
    talk.b(11, { ack: 11 });
    talk.a(5000, { seq: 10, ack: 1, length });
    talk.b(5001, { ack: 11 });
    const { resent, idleGaps } = talk.finish();
    expect(resent.aToB.frames).toBe(0);
    expect(idleGaps).toMatchObject([{ gapMs: 4989, endedBy: 'keep-alive', endedByEnd: 'a', frame: 6 }]);
  });

  // RFC 9293 section 3.8.4: keep-alives are sent when nothing is outstanding.
  it('counts one byte that is sent again while it is not acknowledged', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 1 });
    talk.a(220, { seq: 1, length: 1 });
    expect(talk.finish().resent.aToB).toMatchObject({ frames: 1, bytes: 1 });
  });

  it('does not count probes of a closed window', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 10 });
    talk.b(11, { ack: 11, window: 0 });
    talk.a(220, { seq: 11, length: 1 });
    talk.a(640, { seq: 11, length: 1 });
    talk.a(900, { seq: 10, length: 0 });
    expect(talk.finish().resent.aToB.frames).toBe(0);
  });

  // RFC 2883 section 4.
  it('counts what the receiver reports as there already, below the ACK and above it', () => {
    const talk = new Talk().open();
    for (let n = 0; n < 3; n += 1) talk.a(10 + n, { seq: 1 + n * MSS, length: MSS });
    talk.a(20, { seq: 1 + MSS, length: 2 * MSS });
    talk.b(21, { ack: 1 + 3 * MSS, options: talk.sack('b', [1 + MSS, 1 + 3 * MSS]) });
    talk.a(30, { seq: 1 + 4 * MSS, length: MSS });
    talk.a(31, { seq: 1 + 4 * MSS, length: MSS });
    talk.b(32, { ack: 1 + 3 * MSS, options: talk.sack('b', [1 + 4 * MSS, 1 + 5 * MSS], [1 + 4 * MSS, 1 + 5 * MSS]) });
    expect(talk.finish().resent.aToB).toMatchObject({ frames: 2, segs: 3, needlessSegs: 3 });
  });

  it('leaves a stray segment out, and starts anew when more of them come', () => {
    const talk = new Talk().open();
    talk.a(10, { seq: 1, length: 10 });
    talk.a(11, { seq: 1_500_000_000, length: 10 });
    talk.a(12, { seq: 11, length: 10 });
    talk.a(13, { seq: 1, length: 10 });
    expect(talk.finish().resent.aToB.frames).toBe(1);
    for (let n = 0; n < 5; n += 1) talk.a(20 + n, { seq: 1_500_000_000 + 10 * n, length: 10 });
    talk.a(30, { seq: 1_500_000_040, length: 10 });
    expect(talk.finish().resent.aToB.frames).toBe(2);
  });

  it('goes on after a restart of the numbers in a SYN-ACK', () => {
    const talk = new Talk().open();
    talk.b(10, { seq: 1, length: 500 });
    talk.b(20, { flags: 0x12, seq: 900_000, ack: 1 });
    talk.b(21, { seq: 900_001, length: 500 });
    expect(talk.finish().resent.bToA.frames).toBe(0);
  });
});

describe('the size of a segment', () => {
  it('is what both SYNs allow, less the timestamps', () => {
    const talk = new Talk();
    const stamps = [8, 10, 0, 0, 0, 1, 0, 0, 0, 0];
    talk.a(0, { flags: 2, seq: 0, options: optionBytes(mssOption(8960), stamps) });
    talk.b(1, { flags: 0x12, seq: 0, options: optionBytes(mssOption(1400), stamps) });
    talk.a(2, { seq: 1, length: 65_000 });
    expect(talk.finish()).toMatchObject({ mss: { aToB: 1388, bToA: 1388 }, offloadedFrames: 1 });
  });

  it('is not the one that a middlebox put into one of the SYNs', () => {
    const talk = new Talk();
    talk.a(0, { flags: 2, seq: 0, options: optionBytes(mssOption(1300)) });
    talk.b(1, { flags: 0x12, seq: 0, options: optionBytes(mssOption(1460)) });
    talk.a(2, { seq: 1, length: 1460 });
    expect(talk.finish()).toMatchObject({ mss: { aToB: 1460, bToA: 1300 }, offloadedFrames: 0 });
  });

  it('is 536 bytes for a SYN that says nothing (RFC 9293 section 3.7.1), and unknown without any SYN', () => {
    expect(new Talk().open(Buffer.alloc(0)).finish().mss).toEqual({ aToB: 536, bToA: 536 });
    const talk = new Talk();
    talk.a(0, { seq: 1, length: 1460 });
    talk.a(1, { seq: 1461, length: 1461 });
    expect(talk.finish()).toMatchObject({ mss: { aToB: null, bToA: null }, offloadedFrames: 1 });
  });
});
