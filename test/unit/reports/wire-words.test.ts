import { describe, expect, it } from 'vitest';
import type { LegSummary } from '../../../harness/model/record.ts';
import { causesOf, controlLeg, lossWords, shareOfLeg } from '../../../reports/wire-words.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const record = sampleRecord();
const pathOf = (id: string): (typeof record.paths)[number] => record.paths.find(({ path }) => path.id === id)!;
const [outward, inward, quiet] = pathOf('incident-0001-broken').legs as readonly [LegSummary, LegSummary, LegSummary];

describe('words of a leg', () => {
  it('name causes, the most frequent first, and none where nothing was sent again', () => {
    expect(causesOf(outward)).toEqual(['fast recovery 574', 'tail-loss probe 31', 'timeout 4', 'handshake 2']);
    expect(causesOf(inward).at(-1)).toBe('not shown 1');
    expect(causesOf(quiet)).toEqual([]);
  });

  it('give the share of what a capture at the sender shows', () => {
    expect(shareOfLeg(outward)).toBe('2.00 %');
    expect(shareOfLeg({ ...outward, segs: 0, resentSegs: 0 })).toBeNull();
  });

  it('sum up both directions, and are silent where nothing was lost or sent again', () => {
    expect(lossWords([outward, inward])).toBe('1,227 lost, 1,209 sent again');
    expect(lossWords([{ ...outward, lostPackets: null }])).toBe('611 sent again');
    expect(lossWords([quiet])).toBe('');
  });
});

describe('controlLeg', () => {
  it('is the only leg of the control path, in the same direction', () => {
    expect(controlLeg(record, pathOf('incident-0001-broken'), inward)).toMatchObject({ leg: 'client-origin', direction: 'to-client' });
  });

  it('is the leg of the same name where the control path has several', () => {
    const paths = record.paths.map((it) =>
      it.path.id === 'incident-0001-control' ? { ...it, legs: [...it.legs, { ...outward, segs: 5 }] } : it,
    );
    expect(controlLeg({ ...record, paths }, pathOf('incident-0001-broken'), outward)).toMatchObject({ leg: 'client-edge', segs: 5 });
    expect(controlLeg({ ...record, paths }, pathOf('incident-0001-broken'), { ...quiet, direction: 'to-origin' })).toBeNull();
  });

  it('is nothing for a control path, and where the control path was not captured', () => {
    const control = pathOf('incident-0001-control');
    expect(controlLeg(record, control, control.legs[0]!)).toBeNull();
    expect(controlLeg({ ...record, paths: [] }, pathOf('incident-0001-broken'), outward)).toBeNull();
  });
});
