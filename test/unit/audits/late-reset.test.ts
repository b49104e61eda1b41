import { describe, expect, it } from 'vitest';
import { lateReset } from '../../../harness/audits/late-reset.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import type { Path } from '../../../harness/model/path.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import { evidenceSet } from './evidence-builders.ts';
import { arrived, capturesOf, controlLeg, DISAGREE, instrument, leg, stream, transit } from './leg-builders.ts';
import { control, pathWith } from './path-builders.ts';

const HOLD: Impairment = { kind: 'hold-rst', ms: 200, direction: 'both', subject: true };
const plain = pathWith(['haproxy']);
const links = (...impairments: readonly Impairment[]) => [
  { name: 'firewall', impairments },
  { name: 'rack1', impairments: [] },
];
const underTest = { ...plain, links: links(HOLD) };
const late = leg({ transit: transit({ resets: [arrived('far', 203.4)] }) });

/** The control path crosses the links without what is under test. */
const judged = (legs: readonly LegEvidence[], path: Path = underTest, instruments = [instrument()]): readonly Finding[] =>
  auditRun(
    [{ ...control(path), links: links(...(path.links[0]?.impairments ?? []).filter(({ subject }) => subject !== true)) }, path],
    evidenceSet({
      legs: [...legs, controlLeg()],
      captures: legs.flatMap((one) => capturesOf(one)),
      instruments,
    }),
    [lateReset],
  ).findings.filter(({ path: id }) => id === 'subject');

describe('late-reset', () => {
  it('names the link that is under test, and says how much longer than the quickest packet it took', () => {
    expect(judged([late])[0]).toMatchObject({
      outcome: 'fail',
      summary: 'a reset from client took 203 ms longer to reach haproxy than the quickest packet of the connection',
      blame: { host: 'firewall', leg: 'client-haproxy', direction: 'to-origin', confidence: 'certain' },
      measures: { heldMs: 203, lateResets: 1, connections: 1 },
    });
  });

  it.each([
    ['held by a link that does so on the control path too', { ...plain, links: links({ kind: 'hold-rst', ms: 200, direction: 'both' }) }],
    ['late on a link without impairments', plain],
  ])('passes a reset %s, and tells it', (_, path) => {
    expect(judged([late], path)).toEqual([
      expect.objectContaining({
        outcome: 'pass',
        blame: null,
        summary:
          "1 captured connection: a reset from client took 203 ms longer to reach haproxy than the quickest packet of the connection; held back by firewall, which the control path crosses as well: not the subject's doing",
        measures: { heldMs: 203, lateResets: 1, connections: 1 },
      }),
    ]);
  });

  it('passes it on the control path itself', () => {
    const there = controlLeg({ transit: late.transit });
    const { findings } = auditRun([control(plain), plain], evidenceSet({ legs: [there, leg()], captures: capturesOf(there) }), [lateReset]);
    expect(findings.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    expect(findings[0]?.summary).toContain('this is the control path: whatever crosses firewall, rack1 has that');
  });

  it.each([
    ['as fast as the others', transit({ resets: [arrived('far', 0.3)] }), stream()],
    ['a little slower on a busy machine', transit({ resets: [arrived('far', 30)] }), stream()],
    ['that nobody sent', transit({ resets: [arrived('far', null)] }), stream()],
    [
      'behind a queue in which other packets waited as long',
      transit({ resets: [arrived('far', 203)] }),
      stream({ rtt: { aToB: { count: 3, minMs: 1, medianMs: 90, maxMs: 210, overTime: [] }, bToA: null } }),
    ],
  ])('passes a reset %s', (_, seen, near) => {
    expect(judged([leg({ transit: seen, near })])[0]).toMatchObject({ outcome: 'pass', measures: {} });
  });

  it('passes a reset on a narrow link, where it may wait behind the last burst', () => {
    const path = { ...plain, links: links(HOLD, { kind: 'rate', kbitPerSecond: 500, direction: 'to-origin' }) };
    expect(judged([late], path)[0]?.outcome).toBe('pass');
    expect(judged([leg({ transit: transit({ resets: [arrived('near', 203)] }) })], path)[0]?.outcome).toBe('fail');
  });

  it('counts differences only, so clocks that are apart do not matter', () => {
    const apart = transit({ resets: [arrived('far', -5799.2, { leastTransitMs: -5999.9 })] });
    expect(judged([leg({ transit: apart })])[0]?.measures['heldMs']).toBe(201);
  });

  it('is inconclusive when instruments do not agree or captures lost packets', () => {
    expect(judged([late], underTest, [instrument(DISAGREE)])[0]?.outcome).toBe('inconclusive');
    const { findings } = auditRun(
      [{ ...control(underTest), links: links() }, underTest],
      evidenceSet({ legs: [late, controlLeg()], captures: capturesOf(late, { droppedPackets: 2 }) }),
      [lateReset],
    );
    expect(findings[1]).toMatchObject({ outcome: 'inconclusive', blame: null });
  });

  it('is inconclusive when the control path does not cross the link', () => {
    const elsewhere = { ...control(underTest), links: [{ name: 'another', impairments: [] }] };
    const { findings } = auditRun([elsewhere, underTest], evidenceSet({ legs: [late, controlLeg()], captures: capturesOf(late) }), [
      lateReset,
    ]);
    expect(findings[1]).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('the control path does not cross firewall'),
    });
  });
});
