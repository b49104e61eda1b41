import { describe, expect, it } from 'vitest';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { foldQuietLegs } from '../../../harness/run/fold-legs.ts';
import { seenAt } from './leg-streams.ts';

const leg = (clientPort: number, more: Partial<LegEvidence> = {}): LegEvidence => ({
  path: 'p',
  scenario: 's',
  leg: 'client-haproxy',
  from: 'client',
  to: 'haproxy',
  links: ['lan'],
  startedAtMs: clientPort,
  endedAtMs: clientPort + 1,
  clientPort,
  serverPort: 8080,
  near: seenAt(),
  far: seenAt(),
  transit: { lost: { nearToFar: 0, farToNear: 0 }, appeared: { atNear: 0, atFar: 0 }, resets: [] } as unknown as LegEvidence['transit'],
  nearFile: 'near.pcap',
  farFile: 'far.pcap',
  ...more,
});

const many = (count: number): readonly LegEvidence[] => Array.from({ length: count }, (_, index) => leg(index));

describe('foldQuietLegs', () => {
  it('keeps the first connections of a leg and counts the further ones on the last of them', () => {
    const folded = foldQuietLegs(many(1000));
    expect(folded).toHaveLength(20);
    expect(folded.map(({ alike }) => alike).filter((alike) => alike !== undefined)).toEqual([
      { connections: 980, packets: { aToB: 9800, bToA: 9800 } },
    ]);
  });

  it('keeps every connection on which something happened', () => {
    const eventful = [
      leg(5000, { near: seenAt({ resentByA: 1 }) }),
      leg(5001, {
        transit: {
          lost: { nearToFar: 1, farToNear: 0 },
          appeared: { atNear: 0, atFar: 0 },
          resets: [],
        } as unknown as LegEvidence['transit'],
      }),
      leg(5002, { far: null, transit: null }),
      leg(5003, {
        transit: {
          lost: { nearToFar: 0, farToNear: 0 },
          appeared: { atNear: 0, atFar: 0 },
          resets: [{ arrivedAt: 'near', frame: 9, atMs: 1, transitMs: 200, leastTransitMs: 0.1 }],
        } as unknown as LegEvidence['transit'],
      }),
    ];
    const folded = foldQuietLegs([...many(100), ...eventful]);
    expect(folded.filter(({ clientPort }) => clientPort >= 5000)).toEqual(eventful);
  });

  it('leaves few connections as they are, and counts legs apart', () => {
    expect(foldQuietLegs(many(20))).toEqual(many(20));
    const others = many(15).map((one) => ({ ...one, leg: 'haproxy-origin' }));
    expect(foldQuietLegs([...many(15), ...others])).toHaveLength(30);
  });
});
