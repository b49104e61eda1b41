import { describe, expect, it } from 'vitest';
import { connectionsOf, upgradesOnce } from '../../../harness/measure/connections.ts';
import { aLeg, anUpgrade, aResponse, aStream, resent, withExchange } from '../../fixtures/analysis-builders.ts';

const leg = aLeg();
const near = aStream({ resent: { aToB: resent(12), bToA: resent(1) } });
const far = aStream({ capture: 1, index: 4, packets: { aToB: 590, bToA: 610 }, resent: { aToB: resent(2), bToA: resent(9) } });

describe('connectionsOf', () => {
  it("takes each direction's numbers from the capture of its sender", () => {
    const [only, ...others] = connectionsOf({ legs: [leg], streams: [near, far] });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ capture: 0, index: 0, packets: { aToB: 600, bToA: 610 } });
    expect([only?.resent.aToB.segs, only?.resent.bToA.segs]).toEqual([12, 9]);
  });

  it('leaves streams that one capture shows as they are', () => {
    expect(connectionsOf({ legs: [], streams: [near, far] })).toEqual([near, far]);
  });

  it('keeps the near numbers when the ends have other names on the other side', () => {
    const translated = { ...far, a: '192.0.2.1:1024', b: '192.0.2.2:80' };
    expect(connectionsOf({ legs: [leg], streams: [near, translated] })).toEqual([near]);
  });
});

describe('upgradesOnce', () => {
  const atNear = anUpgrade();
  const atFar = anUpgrade({ capture: 1, stream: 4 });

  it('counts a handshake that both ends show alike once', () => {
    expect(upgradesOnce({ legs: [leg], upgrades: [atNear, atFar] })).toEqual([atNear]);
  });

  it('keeps both when the two ends tell different stories', () => {
    const refused = withExchange(atNear, { response: aResponse(502, 'Bad Gateway') });
    expect(upgradesOnce({ legs: [leg], upgrades: [refused, atFar] })).toEqual([refused, atFar]);
  });
});
