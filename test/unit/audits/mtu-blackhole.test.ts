import { describe, expect, it } from 'vitest';
import { mtuBlackhole } from '../../../harness/audits/mtu-blackhole.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { evidenceSet } from './evidence-builders.ts';
import { capturesOf, controlLeg, deafness, DISAGREE, instrument, leg, stream, transit } from './leg-builders.ts';
import { control, pathWith, T0 } from './path-builders.ts';

const HOLE: Impairment = { kind: 'mtu-blackhole', bytes: 1400, direction: 'both', subject: true };
const plain = pathWith(['haproxy']);
const links = (...impairments: readonly Impairment[]) => [
  { name: 'firewall', impairments },
  { name: 'rack1', impairments: [] },
];
const underTest = { ...plain, links: links(HOLE) };
const stuck = { from: 'a', frame: 60, segmentBytes: 1448, tries: 4 } as const;
const lost = (nearToFar: number, farToNear = 0) => transit({ lost: { nearToFar, farToNear } });
const swallowed = leg({ near: stream({ mtuBlackhole: stuck }), transit: lost(6) });

const judged = (
  legs: readonly LegEvidence[],
  path = underTest,
  more: Partial<Parameters<typeof evidenceSet>[0]> = {},
): Finding | undefined =>
  auditRun(
    [{ ...control(path), links: links(...(path.links[0]?.impairments ?? []).filter(({ subject }) => subject !== true)) }, path],
    evidenceSet({ legs: [...legs, controlLeg()], captures: legs.flatMap((one) => capturesOf(one)), ...more }),
    [mtuBlackhole],
  ).findings.find(({ path: id }) => id === 'subject');

describe('mtu-blackhole', () => {
  it('names the link that swallows full-sized segments', () => {
    expect(judged([swallowed])).toMatchObject({
      outcome: 'fail',
      summary: 'client sent a segment of 1448 bytes 4 times and none arrived at haproxy, while smaller ones did',
      blame: { host: 'firewall', leg: 'client-haproxy', direction: 'to-origin', confidence: 'certain' },
      measures: { segmentBytes: 1448, tries: 4, connections: 1 },
    });
  });

  it('sees the other direction in the capture of its sender', () => {
    const far = stream({ mtuBlackhole: { ...stuck, from: 'b' } });
    expect(judged([leg({ far, transit: lost(0, 4) })])?.blame).toMatchObject({ host: 'firewall', direction: 'to-client' });
  });

  it.each([
    ['whose tries arrived and were not acknowledged: the receiver is at fault', { transit: lost(0) }],
    ['of which the receiver alone thinks so', { near: stream(), far: stream({ mtuBlackhole: stuck }) }],
    [
      'after which nothing of any size arrived',
      {
        transit: transit({
          lost: { nearToFar: 9, farToNear: 0 },
          deaf: { nearToFar: deafness({ frame: 60, lostPackets: 9 }), farToNear: null },
        }),
      },
    ],
    [
      'that stopped after a long silence',
      {
        transit: transit({
          lost: { nearToFar: 4, farToNear: 0 },
          deaf: { nearToFar: deafness({ frame: 60, lostPackets: 4, areLongest: true }), farToNear: null },
        }),
      },
    ],
  ])('passes a connection %s', (_, more) => {
    expect(judged([{ ...swallowed, ...more }])?.outcome).toBe('pass');
  });

  it('tells it where all that was lost was longer than all that had arrived', () => {
    const deaf = deafness({ frame: 60, lostPackets: 9, areLongest: true, silentForMs: 3 });
    expect(
      judged([{ ...swallowed, transit: transit({ lost: { nearToFar: 9, farToNear: 0 }, deaf: { nearToFar: deaf, farToNear: null } }) }])
        ?.outcome,
    ).toBe('fail');
  });

  it('passes what a link that loses packets may well lose in a row', () => {
    const lossy: Impairment = { kind: 'loss', percent: 10, direction: 'both' };
    expect(judged([swallowed], { ...plain, links: links(HOLE, lossy) })?.outcome).toBe('pass');
  });

  it('passes and tells it where the control path crosses the same link', () => {
    const path = { ...plain, links: links({ kind: 'mtu-blackhole', bytes: 1400, direction: 'both' }) };
    expect(judged([swallowed], path)).toMatchObject({
      outcome: 'pass',
      blame: null,
      summary: expect.stringContaining("swallowed by firewall, which the control path crosses as well: not the subject's doing"),
    });
  });

  it('fails a control path that has it, and names no link of the two', () => {
    const there = controlLeg({ near: stream({ mtuBlackhole: stuck }), transit: lost(6) });
    const { findings } = auditRun([control(plain), plain], evidenceSet({ legs: [there, leg()], captures: capturesOf(there) }), [
      mtuBlackhole,
    ]);
    expect(findings[0]).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });

  it('names nobody when it was captured at one end only', () => {
    expect(judged([leg({ near: stream({ mtuBlackhole: stuck }), far: null, farFile: null, transit: null })])?.blame).toMatchObject({
      host: 'unknown',
      because: expect.stringContaining('captured at one end only'),
    });
  });

  it('is inconclusive when the capture of the receiver was over, lost packets, or disagrees with the others', () => {
    expect(judged([swallowed], underTest, { captures: capturesOf(swallowed, { completeUntilMs: T0 + 900 }) })?.outcome).toBe(
      'inconclusive',
    );
    expect(judged([swallowed], underTest, { captures: capturesOf(swallowed, { droppedPackets: 3 }) })?.outcome).toBe('inconclusive');
    expect(judged([swallowed], underTest, { instruments: [instrument(DISAGREE)] })?.outcome).toBe('inconclusive');
  });
});
