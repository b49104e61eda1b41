import { describe, expect, it } from 'vitest';
import { TCP_RST } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { Talk } from './talk.ts';

describe('a closed window', () => {
  it('lasts from the window of 0 to the next that is open, with probes in between', () => {
    const talk = new Talk().open();
    talk.b(10, { window: 0 });
    talk.a(200, { seq: 0 });
    talk.b(201, { window: 0 });
    talk.b(310, { window: 100 });
    talk.b(400, { window: 0 });
    talk.b(450, { window: 100 });
    expect(talk.finish().stalls).toEqual([{ kind: 'zero-window', by: 'b', count: 2, longestMs: 300, totalMs: 350, frame: 4 }]);
  });

  it('ends with a reset, or with the capture', () => {
    const reset = new Talk().open();
    reset.b(10, { window: 0 });
    reset.a(60, { flags: TCP_RST, seq: 1, window: 0 });
    expect(reset.finish(9000).stalls).toMatchObject([{ by: 'b', longestMs: 50 }]);
    const open = new Talk().open();
    open.a(10, { window: 0 });
    expect(open.finish(2010).stalls).toMatchObject([{ by: 'a', longestMs: 2000 }]);
  });
});

describe('a delayed acknowledgement', () => {
  /** a sends a small segment, b acknowledges after 40 ms, a sends the next one 0.1 ms later. */
  const held = (talk: Talk): Talk => {
    talk.a(100, { seq: 1, length: 80 });
    talk.b(140, { ack: 81 });
    talk.a(140.1, { seq: 81, length: 60 });
    return talk;
  };

  // RFC 9293 section 3.7.4: Nagle's algorithm.
  it('stalls a small segment that was waiting for it', () => {
    expect(held(new Talk().open()).finish().stalls).toEqual([
      { kind: 'delayed-ack', by: 'b', count: 1, longestMs: 40, totalMs: 40, frame: 4 },
    ]);
  });

  it.each<[string, (talk: Talk) => void]>([
    [
      'the next segment comes later',
      (talk) => [talk.a(100, { seq: 1, length: 80 }), talk.b(140, { ack: 81 }), talk.a(160, { seq: 81, length: 9 })],
    ],
    [
      'it is full-sized',
      (talk) => [talk.a(100, { seq: 1, length: 80 }), talk.b(140, { ack: 81 }), talk.a(140.1, { seq: 81, length: 1460 })],
    ],
    [
      'the answer carries data',
      (talk) => [talk.a(100, { seq: 1, length: 80 }), talk.b(140, { ack: 81, length: 5 }), talk.a(140.1, { seq: 81, length: 9 })],
    ],
    [
      'it was sent again meanwhile',
      (talk) => [
        talk.a(70, { seq: 1, length: 80 }),
        talk.a(100, { seq: 1, length: 80 }),
        talk.b(140, { ack: 81 }),
        talk.a(140.1, { seq: 81, length: 9 }),
      ],
    ],
    [
      'that is the time the path takes',
      (talk) => [talk.a(2, { seq: 1, length: 80 }), talk.b(42, { ack: 81 }), talk.a(42.1, { seq: 81, length: 9 })],
    ],
  ])('is none when %s', (name, play) => {
    const talk = name.startsWith('that') ? slowly(new Talk()) : new Talk().open();
    play(talk);
    expect(talk.finish().stalls).toEqual([]);
  });
});

/** Opens with 40 ms to b. */
const slowly = (talk: Talk): Talk => {
  talk.a(-40, { flags: 2, seq: 0 });
  talk.b(0, { flags: 0x12, seq: 0 });
  talk.a(0.1, { seq: 1 });
  return talk;
};
