import { describe, expect, it } from 'vitest';
import { entryAt, REFUSED, sampleSubject } from '../../fixtures/record-sample-subjects.ts';
import { fails, finding, gate, pathExpecting } from './gate-builders.ts';

const subjects = [sampleSubject({ ofSpec: true, entries: [entryAt('subject')] })];
const entry = { ...pathExpecting(), foreign: true } as const;
const pass = finding('pass');

describe('configs that a spec checks', () => {
  it('are run again by that spec', () => {
    const { findings } = gate(entry, [fails], { subjects, invocation: { lab: 'netns', spec: 'edge.yaml' } });
    expect(findings[1]?.reproduce).toBe('npx hopscope run --lab netns --path subject --scenario opening-handshake edge.yaml');
  });

  it('are told entry by entry where the spec has nothing else, and as paths where it has', () => {
    expect(gate(entry, [pass], { subjects }).headline).toBe('1 entry of edge.conf opens');
    expect(gate(pathExpecting(), [pass], { subjects }).headline).toBe('1 path, all as declared');
  });

  it('that do not open are not said to be no worse than a baseline', () => {
    const refusing = [sampleSubject({ ofSpec: true, entries: [entryAt('subject', {}, REFUSED)] })];
    const baseline = { content: { baselineVersion: 1, paths: {} } as const, file: 'b.json' };
    expect(gate(entry, [fails], { subjects: refusing, baseline }).headline).toMatch(
      /^1 entry of edge\.conf: 1 does not open, by edge\.conf:131$/,
    );
    expect(gate(entry, [pass], { subjects, baseline }).headline).toContain('nothing worse than the baseline');
  });

  it('have no thresholds at entries that owe no socket', () => {
    const policy = { allow: [], inconclusive: 'refuse', thresholds: [{ path: '*', expect: 'idle limit >= 3 s', because: null }] } as const;
    expect(gate(entry, [pass], { policy }).thresholds).toHaveLength(1);
    expect(gate({ ...entry, noSocketOwed: true }, [pass], { policy }).thresholds).toEqual([]);
  });
});
