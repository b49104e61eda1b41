import { describe, expect, it } from 'vitest';
import { comparedTries, mergedCauses } from '../../../harness/cli/diff-causes.ts';
import { diffDocument } from '../../../harness/cli/diff-document.ts';
import { unsteadySentences } from '../../../harness/cli/diff-same.ts';
import type { TriedCandidate } from '../../../harness/model/candidate.ts';
import { FINGERPRINT_VERSION, type Fingerprint } from '../../../harness/model/fingerprint.ts';
import type { BehaviouralChange, Cause } from '../../../harness/model/search-results.ts';

const tried = (behaviours: Fingerprint['behaviours']): TriedCandidate => {
  const print: Fingerprint = {
    fingerprint: FINGERPRINT_VERSION,
    path: 'web',
    subjects: [],
    headers: { request: [], response: [] },
    behaviours,
    limitsMs: {},
    measures: {},
  };
  return { id: 'x', status: 'tried', because: '', findings: [], fingerprints: new Map([['web', print]]), verdict: 'pass' };
};

const change = (what: string, isWorse: boolean | null = true): BehaviouralChange => ({
  id: what,
  path: 'web',
  area: 'tunnel',
  what,
  before: '101',
  after: '426',
  isWorse,
  shows: () => true,
});

const cause = (own: readonly BehaviouralChange[], diff: string, isOnly: boolean | null): Cause => ({
  changes: own,
  hunks: [],
  diff,
  isMinimal: true,
  isOnly,
});

describe('two tries', () => {
  it('differ in what a case does', () => {
    const { changes, compared } = comparedTries(tried({ tunnel: { a: '101', b: '101' } }), tried({ tunnel: { a: '426', b: '101' } }));
    expect(changes).toMatchObject([{ area: 'tunnel', what: 'a', before: '101', after: '426', isWorse: true }]);
    expect(compared.get('web')).toBe(2);
  });

  it('do not differ in how the sockets end that a reload does not leave alive', () => {
    const of = (label: string): TriedCandidate => tried({ reload: { kill: label } });
    expect(comparedTries(of('no socket lives (reset)'), of('no socket lives (fin), some new handshakes fail')).changes).toEqual([]);
    expect(comparedTries(of('all sockets live'), of('no socket lives (fin)')).changes).toHaveLength(1);
  });
});

describe('causes of several passes', () => {
  it('are one where their lines are the same', () => {
    const merged = mergedCauses([
      cause([change('a')], '-x\n', true),
      cause([change('b')], '-y\n', true),
      cause([change('c')], '-x\n', null),
    ]);
    expect(merged.map(({ changes, diff, isOnly }) => [diff, changes.map(({ what }) => what), isOnly])).toEqual([
      ['-x\n', ['a', 'c'], null],
      ['-y\n', ['b'], true],
    ]);
  });
});

describe('a comparison as JSON', () => {
  it('counts what is worse, better and only different, and has nothing that is no data', () => {
    const document = diffDocument({
      before: 'a',
      after: 'b',
      causes: [cause([change('a'), change('b', null)], '', true)],
      uncaused: [{ change: change('c', false), because: 'both sides have the same lines' }],
      latency: [],
      same: [],
      cost: { runs: 4, checks: 0, cached: 0 },
      elapsedMs: 1234.5,
    });
    expect(document.counts).toEqual({ worse: 1, better: 1, different: 1 });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe('what differed once', () => {
  it('is told together for each scenario of a path', () => {
    expect(unsteadySentences([change('a'), change('b')])).toEqual([
      'tunnel: 2 things, a among them, (web) differed once; run again, the two sides differed no more than two runs of one side do',
    ]);
  });
});
