import { describe, expect, it } from 'vitest';
import type { StreamSeen } from '../../../../../harness/model/capture-analysis.ts';
import { type Said, Talk } from './talk.ts';

const seenAt = (a: Said, b: Said, halves: readonly [number, number] = [0.05, 0.03]): StreamSeen['capturedAt'] => {
  const talk = new Talk();
  talk.a(0, { flags: 2, seq: 0, ...a });
  talk.b(halves[0], { flags: 0x12, seq: 0, ...b });
  talk.a(halves[0] + halves[1], { seq: 1, ...a });
  return talk.finish().capturedAt;
};

describe('capturedAt', () => {
  it('goes by a TTL that only one side still has whole', () => {
    expect(seenAt({ ttl: 64 }, { ttl: 57 })).toEqual({ end: 'a', because: 'packets of a have TTL 64 and those of b 57' });
    expect(seenAt({ ttl: 113 }, { ttl: 64 }).end).toBe('b');
    expect(seenAt({ ttl: 126 }, { ttl: 53 }).end).toBe('between');
  });

  it('goes by the shorter half of the handshake', () => {
    expect(seenAt({}, {}, [30, 0.1])).toEqual({
      end: 'a',
      because: '30.000 ms from SYN to SYN-ACK stand against 0.100 ms from there to the ACK',
    });
    expect(seenAt({}, {}, [0.1, 30]).end).toBe('b');
  });

  it('goes by what a cooked capture calls outgoing', () => {
    expect(seenAt({ outgoing: 1 }, { outgoing: 0 }).end).toBe('a');
    expect(seenAt({ outgoing: 0 }, { outgoing: 1 }).end).toBe('b');
  });

  it('is between when the TTL was counted down, however near one end', () => {
    expect(seenAt({ ttl: 126 }, { ttl: 53 }, [70, 0.5])).toEqual({
      end: 'between',
      because:
        'packets of a have TTL 126 and those of b 53, and 70.000 ms from SYN to SYN-ACK stand against 0.500 ms from there to the ACK',
    });
  });

  it('stays unknown when clues disagree or say nothing', () => {
    expect(seenAt({ ttl: 64 }, { ttl: 57 }, [0.1, 30])).toEqual({
      end: 'unknown',
      because: 'packets of a have TTL 64 and those of b 57, but 0.100 ms from SYN to SYN-ACK stand against 30.000 ms from there to the ACK',
    });
    expect(seenAt({}, {}).because).toBe('packets of a have TTL 64, those of b 64, and no handshake times tell the ends apart');
  });

  it('is between when packets were captured twice with another TTL', () => {
    const talk = new Talk();
    talk.a(0, { flags: 2, seq: 0, ipId: 9 });
    talk.a(0.01, { flags: 2, seq: 0, ipId: 9, ttl: 63 });
    expect(talk.finish().capturedAt).toEqual({
      end: 'between',
      because: 'of its packets, 1 was captured again with a lower TTL on its way through',
    });
  });

  it('goes by offloaded frames when nothing else is known', () => {
    const talk = new Talk();
    talk.a(1, { seq: 1 });
    talk.b(2, { seq: 1, length: 20_000 });
    expect(talk.finish().capturedAt).toMatchObject({ end: 'b', because: expect.stringMatching(/^only b sends frames that are longer/) });
  });
});

describe('oneSided', () => {
  const only = (play: (talk: Talk) => void): StreamSeen['oneSided'] => {
    const talk = new Talk();
    play(talk);
    return talk.finish().oneSided;
  };

  it('is the end whose packets alone were captured although the other one answers', () => {
    expect(only((talk) => [talk.a(0, { flags: 2, seq: 0 }), talk.a(1, { seq: 1 })])).toBe('a');
    expect(only((talk) => [talk.b(0, { seq: 1, ack: 1 }), talk.b(1, { seq: 1, ack: 500 })])).toBe('b');
    expect(only((talk) => talk.b(0, { flags: 0x12, seq: 0 }))).toBe('b');
    expect(only((talk) => [talk.a(0, { seq: 1, length: 9 }), talk.a(1, { seq: 10, length: 9 })])).toBe('a');
  });

  it('is not said of a SYN that nobody answers, nor of data that is sent again and again', () => {
    expect(only((talk) => [talk.a(0, { flags: 2, seq: 0 }), talk.a(1000, { flags: 2, seq: 0 })])).toBeNull();
    expect(only((talk) => [0, 200, 600].map((atMs) => talk.a(atMs, { seq: 1, length: 9 })))).toBeNull();
    expect(new Talk().open().finish().oneSided).toBeNull();
  });
});
