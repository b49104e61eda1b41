import { describe, expect, it } from 'vitest';
import { reorderedSegments } from '../../../harness/audits/reordered-segments.ts';
import { repeatedAcknowledgement } from '../../../harness/audits/repeated-acknowledgement.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Path } from '../../../harness/model/path.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { findingsOf } from './evidence-builders.ts';
import { capturesOf, controlLeg, leg, transit } from './leg-builders.ts';
import { pathWith } from './path-builders.ts';

const plain = pathWith(['haproxy']);
const underTest: Path = {
  ...plain,
  links: plain.links.map((link, index) => ({
    ...link,
    impairments: index === 0 ? [{ kind: 'reorder' as const, every: 6, byMs: 25, direction: 'both' as const, subject: true as const }] : [],
  })),
};
const FATES = { lost: 0, delayed: 0, unaccepted: 0, needless: 0, unknown: 0 };
const judged = (audit: typeof reorderedSegments, of: LegEvidence, path = underTest, onControl = controlLeg()): Finding | undefined =>
  findingsOf(audit, path, { legs: [of, onControl], captures: capturesOf(of), instruments: [] }, plain)[0];

describe('reordered-segments', () => {
  const swapped = (overtaken: number, needless: number) =>
    leg({
      transit: transit({
        reordered: { nearToFar: 0, farToNear: overtaken },
        resent: { nearToFar: FATES, farToNear: { ...FATES, delayed: needless } },
      }),
    });

  it('names the link and the direction where overtaken segments were sent again needlessly', () => {
    expect(judged(reorderedSegments, swapped(40, 20))).toMatchObject({
      outcome: 'fail',
      summary:
        '40 packets from haproxy to client were overtaken on the way (firewall), and haproxy sent 20 segments again that were not lost',
      blame: { host: 'firewall', direction: 'to-client', confidence: 'certain' },
      measures: { overtakenPackets: 40, needlessSegs: 20 },
    });
  });

  it('passes an order that was lost at no cost, and costs without another order', () => {
    expect(judged(reorderedSegments, swapped(40, 0))?.outcome).toBe('pass');
    expect(judged(reorderedSegments, swapped(2, 20))?.outcome).toBe('pass');
  });

  it('accuses nobody where as many were overtaken on the control path, which has no such device', () => {
    const onControl = (overtaken: number) => controlLeg({ transit: transit({ reordered: { nearToFar: overtaken, farToNear: 0 } }) });
    const many = swapped(40, 20);
    expect(judged(reorderedSegments, many, underTest, onControl(30))).toMatchObject({
      outcome: 'pass',
      summary: expect.stringContaining('this machine swaps packets by itself') as unknown,
    });
    expect(judged(reorderedSegments, many, underTest, onControl(12))?.outcome).toBe('fail');
  });

  it('accuses nobody where the control path crosses the same link', () => {
    expect(judged(reorderedSegments, swapped(40, 20), plain)?.outcome).toBe('pass');
  });
});

describe('repeated-acknowledgement', () => {
  const repeated = (atFar: number) => leg({ transit: transit({ appeared: { atNear: 0, atFar } }) });

  it('names the link between an end that did not send them and one that got them', () => {
    expect(judged(repeatedAcknowledgement, repeated(60))).toMatchObject({
      outcome: 'fail',
      blame: { host: 'firewall', direction: 'to-origin' },
      measures: { repeatedPackets: 60, sentPackets: 10 },
    });
  });

  it('passes a few, and accuses nobody where the control path crosses the same link', () => {
    expect(judged(repeatedAcknowledgement, repeated(3))?.outcome).toBe('pass');
    expect(judged(repeatedAcknowledgement, repeated(60), plain)?.outcome).toBe('pass');
  });
});
