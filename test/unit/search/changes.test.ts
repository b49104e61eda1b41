import { describe, expect, it } from 'vitest';
import { diffFingerprints } from '../../../harness/compare/fingerprint-diff.ts';
import type { TriedCandidate } from '../../../harness/model/candidate.ts';
import type { Fingerprint } from '../../../harness/model/fingerprint.ts';
import type { BehaviouralChange } from '../../../harness/model/search-results.ts';
import { changesOf } from '../../../harness/search/changes.ts';
import { findingOf, fingerprintWith } from './memory-runner.ts';

const tried = (more: Partial<TriedCandidate> = {}, fingerprint?: Partial<Fingerprint>): TriedCandidate => ({
  id: '',
  status: 'tried',
  because: '',
  findings: [],
  fingerprints: new Map([['entry', fingerprintWith(fingerprint)]]),
  verdict: 'pass',
  ...more,
});

function compare(before: TriedCandidate, after: TriedCandidate): readonly BehaviouralChange[] {
  const [a, b] = [before, after].map(({ fingerprints }) => fingerprints.get('entry') ?? fingerprintWith());
  const differences = a === undefined || b === undefined ? [] : diffFingerprints(a, b).differences;
  return changesOf(before, after, new Map([['entry', differences]])).changes;
}

/** How two fingerprints that differ in one thing are judged, and whether each side shows the change. */
function judged(was: Partial<Fingerprint>, is: Partial<Fingerprint>): readonly unknown[] {
  const [before, after] = [tried({}, was), tried({}, is)];
  return compare(before, after).map((change) => [change.isWorse, change.shows(before), change.shows(after)]);
}

const opening = (label: string): Partial<Fingerprint> => ({ behaviours: { 'opening-handshake': { plain: label } } });

describe('changesOf', () => {
  it('calls a new failing finding worse, one that is gone better, and keeps those of both', () => {
    const idle = findingOf({ id: 'b', auditId: 'idle-cutoff', scenario: 'idle' });
    const other = findingOf({ id: 'c', auditId: 'buffered-stream', scenario: 'tunnel' });
    const [before, after] = [tried({ findings: [findingOf(), other] }), tried({ findings: [idle, other] })];
    expect(compare(before, after).map(({ what, isWorse }) => [what, isWorse])).toEqual([
      ['idle-cutoff in idle', true],
      ['refused-upgrade in opening-handshake', false],
    ]);
    for (const change of compare(before, after)) expect([change.shows(before), change.shows(after)]).toEqual([false, true]);
    expect(changesOf(before, after, new Map()).same.map(({ auditId }) => auditId)).toEqual(['buffered-stream']);
  });

  it('calls an excused finding only different, and passes over what could not be judged', () => {
    const after = tried({ findings: [findingOf({ expected: true }), findingOf({ auditId: 'x', outcome: 'inconclusive' })] });
    expect(compare(tried(), after).map(({ isWorse }) => isWorse)).toEqual([null]);
  });

  it('calls a refused config worse', () => {
    const refused = tried({ status: 'rejected', because: 'line 3: unknown keyword', fingerprints: new Map() });
    expect(compare(tried(), refused)).toMatchObject([{ area: 'start', isWorse: true, after: 'it is refused: line 3: unknown keyword' }]);
    expect(compare(refused, tried())).toMatchObject([{ area: 'start', isWorse: false }]);
    expect(compare(refused, refused)).toEqual([]);
  });

  it('tells shorter limits from longer ones', () => {
    expect(judged({ limitsMs: { quiet: null } }, { limitsMs: { quiet: 2000 } })).toEqual([[true, false, true]]);
    expect(judged({ limitsMs: { quiet: 2000 } }, { limitsMs: { quiet: 60_000 } })).toEqual([[false, false, true]]);
  });

  it('takes a limit that is neither the old nor the new one as not shown', () => {
    const [change] = compare(tried({}, { limitsMs: { quiet: 60_000 } }), tried({}, { limitsMs: { quiet: 1000 } }));
    expect(change?.shows(tried({}, { limitsMs: { quiet: 5000 } }))).toBe(false);
    expect(change?.shows(tried({}, { limitsMs: { quiet: 1100 } }))).toBe(true);
    expect(change?.shows(tried({ fingerprints: new Map() }))).toBe(false);
  });

  it('calls a handshake worse that opened before and does not now', () => {
    expect(judged(opening('101'), opening('400 by the path'))).toEqual([[true, false, true]]);
    expect(judged(opening('reset'), opening('101'))).toEqual([[false, false, true]]);
    expect(judged(opening('101'), opening('101, no echo'))).toEqual([[true, false, true]]);
    expect(judged(opening('400'), opening('502'))).toEqual([[null, false, true]]);
  });

  it('calls other headers only different', () => {
    const headers = (...request: readonly string[]): Partial<Fingerprint> => ({ headers: { request, response: [] } });
    expect(judged(headers('added Via'), headers('added X-Real-IP'))).toEqual([
      [null, false, true],
      [null, false, true],
    ]);
  });
});
