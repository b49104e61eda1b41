import { describe, expect, it } from 'vitest';
import { instrumentSummaries, legSummaries } from '../../../harness/gate/leg-summaries.ts';
import type { Both, ResetSeen } from '../../../harness/model/capture-analysis.ts';
import type { InstrumentEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { LegSummary } from '../../../harness/model/record.ts';
import { aLeg, aStream, resent } from '../../fixtures/analysis-builders.ts';

const reset = (from: 'a' | 'b'): ResetSeen => ({
  frame: 9,
  from,
  atMs: 0,
  provokedBy: null,
  rttMs: null,
  isLate: false,
  oddities: [],
});

const connection = (more: Partial<LegEvidence> = {}): LegEvidence => ({
  path: 'subject',
  scenario: 'steady-echo',
  leg: 'client-haproxy',
  from: 'client',
  to: 'haproxy',
  links: ['lan'],
  startedAtMs: 0,
  endedAtMs: 1000,
  clientPort: 51_000,
  serverPort: 8080,
  near: aStream({ packets: { aToB: 100, bToA: 88 }, resent: { aToB: resent(4), bToA: resent(1) }, resets: [reset('a')] }),
  far: aStream({ packets: { aToB: 97, bToA: 90 }, resent: { aToB: resent(1), bToA: resent(2) }, resets: [reset('a'), reset('b')] }),
  transit: aLeg({ lost: { nearToFar: 3, farToNear: 2 } }),
  nearFile: 'captures/client.pcap',
  farFile: 'captures/haproxy.pcap',
  ...more,
});

const both = (...legs: readonly LegEvidence[]): readonly [LegSummary, LegSummary] => {
  const [outward, inward] = legSummaries(legs);
  return [outward!, inward!];
};
const lostOf = (...legs: readonly LegEvidence[]): readonly (number | null)[] => both(...legs).map(({ lostPackets }) => lostPackets);
const streamOf = (packets: Both<number>): LegEvidence['near'] => aStream({ packets });

describe('legSummaries', () => {
  it('takes the numbers of a direction from the capture at its sender', () => {
    const [outward, inward] = both(connection());
    expect(outward).toMatchObject({ leg: 'client-haproxy', direction: 'to-origin', segs: 100, resentSegs: 4, lostPackets: 3, resets: 1 });
    expect(inward).toMatchObject({ leg: 'client-haproxy', direction: 'to-client', segs: 90, resentSegs: 2, lostPackets: 2, resets: 1 });
  });

  it('sums the connections of all scenarios, and causes one by one', () => {
    const byCause = { timeout: 2, 'tail-loss-probe': 1, 'fast-recovery': 0, handshake: 1, unknown: 0 };
    const other = connection({ scenario: 'idle-hold', near: aStream({ resent: { aToB: resent(4, { byCause }), bToA: resent(0) } }) });
    expect(both(connection(), other)[0]).toMatchObject({
      connections: 2,
      segs: 700,
      resentSegs: 8,
      lostPackets: 6,
      byCause: { timeout: 2, 'tail-loss-probe': 1, 'fast-recovery': 4, handshake: 1, unknown: 0 },
    });
  });

  it('counts connections on which nothing happened, though they have no line of their own', () => {
    const folded = connection({ alike: { connections: 980, packets: { aToB: 4900, bToA: 3900 } } });
    expect(both(folded).map(({ connections, segs }) => [connections, segs])).toEqual([
      [981, 5000],
      [981, 3990],
    ]);
  });

  it('keeps the legs apart', () => {
    const names = legSummaries([connection(), connection({ leg: 'haproxy-origin' })]).map(({ leg, direction }) => `${leg} ${direction}`);
    expect(names).toEqual(['client-haproxy to-origin', 'client-haproxy to-client', 'haproxy-origin to-origin', 'haproxy-origin to-client']);
  });

  it('does not know what was lost unless both ends were captured', () => {
    expect(lostOf(connection(), connection({ far: null, farFile: null, transit: null }))).toEqual([null, null]);
    expect(lostOf(connection({ near: null, nearFile: null, transit: null }))).toEqual([null, null]);
  });

  it('counts what one end sent and the other saw nothing of as lost', () => {
    const unheard = connection({ near: streamOf({ aToB: 5, bToA: 0 }), far: null, transit: null });
    const unanswered = connection({ near: null, far: streamOf({ aToB: 0, bToA: 7 }), transit: null });
    expect(lostOf(connection(), unheard)).toEqual([8, 2]);
    expect(lostOf(connection(), unanswered)).toEqual([3, 9]);
  });

  it('takes a connection that was answered for one that a capture lacks, not for a lost one', () => {
    expect(lostOf(connection({ near: streamOf({ aToB: 5, bToA: 4 }), far: null, transit: null }))).toEqual([null, null]);
  });
});

describe('instrumentSummaries', () => {
  it('keep where and why, without the numbers', () => {
    const evidence: InstrumentEvidence = {
      path: 'subject',
      scenario: 'steady-echo',
      leg: 'client-haproxy',
      injectorDropped: 1,
      captureLost: 9,
      captureResent: 1,
      kernelResent: 1,
      captureDropped: 0,
      agree: false,
      because: 'the links dropped 1 packets and the captures miss 9: doubt the captures',
    };
    const { scenario, leg, agree, because } = evidence;
    expect(instrumentSummaries([evidence])).toEqual([{ scenario, leg, agree, because }]);
  });
});
