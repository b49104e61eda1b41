import { describe, expect, it } from 'vitest';
import { smallSegmentDelay } from '../../../harness/audits/small-segment-delay.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf } from './evidence-builders.ts';
import { controlLeg, DISAGREE, instrument, leg, serverLeg, stall, stream } from './leg-builders.ts';
import { pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const held = (by: 'a' | 'b', count: number) => stream({ stalls: [stall('delayed-ack', by, 41, count)] });

const only = (legs: readonly LegEvidence[], more: Parameters<typeof findingsOf>[2] = {}): Finding | undefined =>
  findingsOf(smallSegmentDelay, path, { legs: [...legs, controlLeg()], ...more })[0];

describe('small-segment-delay', () => {
  it('names the end that held small segments back, never for certain', () => {
    expect(only([serverLeg({ near: held('b', 12) })])).toMatchObject({
      outcome: 'fail',
      summary:
        'haproxy held 12 small segments back until origin acknowledged the one before, for up to 41 ms each, as a host does without TCP_NODELAY',
      blame: { host: 'haproxy', leg: 'haproxy-origin', direction: 'to-origin', confidence: 'likely' },
      measures: { delayedSegs: 12, longestMs: 41, totalMs: 492, connections: 1 },
    });
    expect(only([leg({ far: held('a', 5) })])?.blame).toMatchObject({ host: 'haproxy', direction: 'to-client' });
  });

  it.each([
    ['a few of them', leg({ near: held('b', 4) })],
    ['those that only the capture at the other end takes for it', leg({ far: held('b', 12) })],
    ['none', leg()],
  ])('passes %s', (_, one) => {
    expect(only([one])?.outcome).toBe('pass');
  });

  it('passes what the control path shows in the same scenario', () => {
    const there = controlLeg({ near: held('b', 1) });
    expect(only([leg({ near: held('b', 12) }), there])?.outcome).toBe('pass');
    expect(only([leg({ near: held('b', 12) }), { ...there, scenario: 'steady-echo' }])?.outcome).toBe('fail');
  });

  it('is inconclusive when the instruments of the leg do not agree', () => {
    expect(only([leg({ near: held('b', 12) })], { instruments: [instrument(DISAGREE)] })?.outcome).toBe('inconclusive');
  });
});
