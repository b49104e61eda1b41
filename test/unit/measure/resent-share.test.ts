import { describe, expect, it } from 'vitest';
import { resentShare, resentShareOf } from '../../../harness/measure/resent-share.ts';
import { aStream, resent } from '../../fixtures/analysis-builders.ts';

describe('resentShare', () => {
  it('counts both directions, and frames captured twice once', () => {
    const stream = aStream({ packets: { aToB: 70, bToA: 40 }, capturedTwice: 10, resent: { aToB: resent(3), bToA: resent(2) } });
    expect(resentShare(stream)).toEqual({ hits: 5, total: 100 });
  });

  it('reckons the total of an offloaded capture from its bytes', () => {
    const stream = aStream({
      packets: { aToB: 10, bToA: 5 },
      bytes: { aToB: 146_000, bToA: 0 },
      offloadedFrames: 8,
      resent: { aToB: resent(20), bToA: resent(0) },
    });
    expect(resentShare(stream)).toEqual({ hits: 20, total: 105 });
  });

  it('is never more than all, and adds up over streams', () => {
    const odd = aStream({ packets: { aToB: 1, bToA: 0 }, resent: { aToB: resent(4), bToA: resent(0) } });
    expect(resentShareOf([odd, aStream()])).toEqual({ hits: 4, total: 1204 });
  });
});
