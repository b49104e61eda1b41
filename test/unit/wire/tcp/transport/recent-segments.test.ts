import { describe, expect, it } from 'vitest';
import { TCP_SYN } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { type Said, Talk } from './talk.ts';

const DATA: Said = { seq: 1, payload: Buffer.from('hello'), ipId: 77 };

/** Whether the second of two segments counts as a copy of the first. */
const isCopy = (first: Said, second: Said, apartMs: number): boolean => {
  const talk = new Talk();
  talk.a(0, { flags: TCP_SYN, seq: 0 });
  talk.a(10, first);
  return !talk.a(10 + apartMs, second);
};

describe('a frame that was captured twice', () => {
  it('has the same IP identification and comes at once', () => {
    expect(isCopy(DATA, DATA, 0.5)).toBe(true);
  });

  it('may be late when it passed a router in between', () => {
    expect(isCopy(DATA, { ...DATA, ttl: 63 }, 20)).toBe(true);
    expect(isCopy(DATA, DATA, 20)).toBe(false);
    expect(isCopy(DATA, { ...DATA, ttl: 63 }, 200)).toBe(false);
  });

  it.each<[string, Said]>([
    ['IP identification', { ipId: 78 }],
    ['higher TTL', { ttl: 65 }],
    ['acknowledgement', { ack: 0 }],
    ['length', { payload: Buffer.from('hello!') }],
    ['payload', { payload: Buffer.from('Hello') }],
    ['flags', { flags: 0x18 }],
  ])('is none with another %s', (_, other) => {
    expect(isCopy(DATA, { ...DATA, ...other }, 0.01)).toBe(false);
  });

  it.each<[string, Said]>([
    ['IPv4 without identification', { ...DATA, ipId: 0 }],
    ['IPv6', { ...DATA, ipVersion: 6, ipId: -1 }],
  ])('must be seen elsewhere or at the same instant in %s', (_, said) => {
    expect(isCopy(said, said, 0.5)).toBe(false);
    expect(isCopy(said, said, 0.005)).toBe(true);
    expect(isCopy(said, { ...said, ttl: 63 }, 0.5)).toBe(true);
    expect(isCopy(said, { ...said, interfaceId: 3 }, 0.5)).toBe(true);
    expect(isCopy({ ...said, outgoing: 0 }, { ...said, outgoing: 1 }, 0.5)).toBe(true);
    expect(isCopy(said, { ...said, ttl: 63 }, 20)).toBe(false);
  });

  it('is not a duplicate ACK, unless the stream has other copies', () => {
    const talk = new Talk().open();
    const ack: Said = { seq: 1, ack: 1, ipId: 0 };
    expect([talk.b(10, ack), talk.b(10.001, ack)]).toEqual([true, true]);
    talk.a(11, DATA);
    expect(talk.a(11.001, DATA)).toBe(false);
    expect([talk.b(12, { ...ack, ack: 6 }), talk.b(12.001, { ...ack, ack: 6 })]).toEqual([true, false]);
  });

  it('is found among many others, and counts as a packet only', () => {
    const talk = new Talk().open();
    for (let n = 0; n < 60; n += 1) talk.a(10 + n / 1000, { seq: 1 + 5 * n, length: 5, ipId: 100 + n });
    for (let n = 0; n < 60; n += 1)
      expect(talk.a(11 + n / 1000, { seq: 1 + 5 * n, payload: talkPayload(n), ipId: 100 + n, ttl: 63 })).toBe(false);
    const facts = talk.finish();
    expect(facts).toMatchObject({ capturedTwice: 60, packets: { aToB: 122, bToA: 1 }, bytes: { aToB: 300, bToA: 0 } });
    expect(facts.resent.aToB.frames).toBe(0);
  });

  it('is not looked for after a release, while all else goes on', () => {
    const talk = new Talk().open();
    talk.a(10, DATA);
    talk.transport.release();
    expect(talk.a(10.1, DATA)).toBe(true);
    talk.b(12, { ack: 6 });
    expect(talk.finish()).toMatchObject({ packets: { aToB: 4, bToA: 2 }, resent: { aToB: { frames: 1 } } });
  });
});

/** What Talk fills its n-th frame after the three of the opening with. */
const talkPayload = (n: number): Buffer => Buffer.alloc(5, 0x41 + ((n + 3) % 20));
