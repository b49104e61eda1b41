import { describe, expect, it } from 'vitest';
import type { BehaviouralChange, Cause, JudgedMutant, Shrunk } from '../../../../harness/model/search-results.ts';
import { diffText } from '../../../../reports/search/diff-text.ts';
import { mutateText } from '../../../../reports/search/mutate-text.ts';
import { shrinkText } from '../../../../reports/search/shrink-text.ts';

const COST = { runs: 41, checks: 58, cached: 0 };
const TREE = { main: '/a', files: new Map(), workingFolder: '/', env: {} };

describe('shrinkText', () => {
  const shrunk: Shrunk = {
    kind: 'shrunk',
    tree: TREE,
    kept: [
      { path: '/a', file: 'haproxy.cfg', line: 9, text: 'defaults\n' },
      { path: '/a', file: 'haproxy.cfg', line: 120, text: '\ttimeout tunnel 1s\r\n' },
    ],
    lines: 2,
    before: 311,
    isMinimal: true,
    ...COST,
  };

  it('shows the lines with their places in the original, and what it took', () => {
    expect(shrinkText({ shrunk, shows: 'idle-cutoff in idle', elapsedMs: 12_000 })).toEqual([
      'haproxy.cfg:9    defaults',
      'haproxy.cfg:120      timeout tunnel 1s',
      '',
      '311 lines -> 2 in 41 runs, 12.0 s; 58 configs that were only checked',
      'These still show idle-cutoff in idle; without any one of them they no longer do.',
    ]);
  });

  it('says that it ended early', () => {
    expect(shrinkText({ shrunk: { ...shrunk, isMinimal: false }, shows: 'x', elapsedMs: 1 }).at(-1)).toContain('ended early');
  });
});

describe('diffText', () => {
  const change = (more: Partial<BehaviouralChange>): BehaviouralChange => ({
    id: '',
    path: 'entry',
    area: 'limits',
    what: 'quiet',
    before: 'none in the watch',
    after: '1000 ms',
    isWorse: true,
    shows: () => true,
    ...more,
  });
  const cause = (changes: readonly BehaviouralChange[], more: Partial<Cause> = {}): Cause => ({
    changes,
    hunks: [
      {
        id: 'h',
        file: 'haproxy.cfg',
        path: '/a',
        before: { line: 4, lines: ['  timeout tunnel 1h\n'] },
        after: { line: 4, lines: ['  timeout tunnel 1s\n'] },
      },
    ],
    diff: '--- a/haproxy.cfg\n+++ b/haproxy.cfg\n@@ -4 +4 @@ haproxy.cfg:4\n-\ttimeout tunnel 1h\n+\ttimeout tunnel 1s\n',
    isMinimal: true,
    isOnly: true,
    ...more,
  });
  const latency = (isDifferent: boolean) => ({
    percentile: 50,
    subjectMs: 2,
    controlMs: 1,
    deltaMs: 1,
    lowMs: isDifferent ? 0.5 : -0.5,
    highMs: 1.5,
    isDifferent,
    smallestDetectableMs: 1.5,
  });
  const base = { before: 'a.cfg', after: 'b.cfg', causes: [], uncaused: [], latency: [], same: [], cost: COST, elapsedMs: 5000 };

  it('says that two configs behave alike', () => {
    expect(diffText({ ...base, same: ['refused-upgrade (entry) fails in both'] })).toEqual([
      'a.cfg and b.cfg behave alike',
      '',
      'the same',
      '  refused-upgrade (entry) fails in both',
      '',
      'compared in 41 runs, 5.0 s; 58 configs that were only checked',
    ]);
  });

  it('shows what is worse first, each with the lines that cause it', () => {
    const header = change({ area: 'headers', what: 'request header', before: null, after: 'added Via', isWorse: null });
    const gone = change({
      area: 'finding',
      what: 'refused-upgrade in opening-handshake',
      before: 'It answers 400',
      after: null,
      isWorse: false,
    });
    const lines = diffText({
      ...base,
      causes: [cause([header], { isOnly: false }), cause([change({})])],
      uncaused: [{ change: gone, because: 'no more runs are allowed' }],
      latency: [
        { path: 'entry', differences: [latency(true), latency(false)], others: [{ words: 'retransmissions alike', isDifferent: false }] },
      ],
    });
    expect(lines.slice(0, 10)).toEqual([
      'a.cfg -> b.cfg: 1 worse, 1 better, 1 only different',
      '',
      'worse',
      '  limits: quiet (entry): none in the watch -> 1000 ms',
      '    because of haproxy.cfg:4',
      '      --- a/haproxy.cfg',
      '      +++ b/haproxy.cfg',
      '      @@ -4 +4 @@ haproxy.cfg:4',
      '      -    timeout tunnel 1h',
      '      +    timeout tunnel 1s',
    ]);
    expect(lines.filter((line) => /^\S/.test(line)).slice(1, -1)).toEqual(['worse', 'better', 'changed', 'latency']);
    expect(lines).toContain('  gone: refused-upgrade in opening-handshake (entry): It answers 400');
    expect(lines).toContain('    no line can be named: no more runs are allowed');
    expect(lines).toContain('    (these lines are enough, and something else in the change causes it too)');
    expect(lines.filter((line) => line.startsWith('  ~ '))).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('    p50'))).toMatch(/p50 \+1\.00 ms/);
  });
});

describe('mutateText', () => {
  const judged = (title: string, fate: JudgedMutant['fate'], harm: readonly string[] = []): JudgedMutant => ({
    mutant: {
      id: title,
      title,
      place: { file: 'haproxy.cfg', line: 4, column: 3 },
      because: 'it ends idle tunnels',
      source: '',
      tree: TREE,
    },
    fate,
    harm,
  });
  const [noticed, missed] = [judged('`a` removed', 'killed'), judged('`b` removed', 'survived', ['1', '2', '3', '4'])];
  const score = { killed: 1, survived: 1, rejected: 0, timed: 0, score: 0.5, mutants: [noticed, missed], survivors: [missed] };

  it('shows a table, the survivors with what they break, and the score', () => {
    expect(mutateText({ score, cost: COST, elapsedMs: 2000, failUnder: 0.8 })).toEqual([
      'noticed      haproxy.cfg:4  `a` removed',
      'NOT NOTICED  haproxy.cfg:4  `b` removed',
      '',
      'The policy does not notice that',
      '  `b` removed (haproxy.cfg:4): it ends idle tunnels',
      '    1',
      '    2',
      '    3',
      '    and 1 more change',
      '',
      'mutation score: 50 %, below the 80 % that are asked for',
      '1 noticed, 1 not',
      '41 runs, 2.0 s; 58 configs that were only checked',
    ]);
  });

  it('says that there is no score', () => {
    const none = { killed: 0, survived: 0, rejected: 2, timed: 1, score: null, mutants: [], survivors: [] };
    const lines = mutateText({ score: none, cost: COST, elapsedMs: 1, failUnder: null });
    expect(lines).toContain('mutation score: none, no mutant could be judged');
    expect(lines).toContain('0 noticed, 0 not; left out: 2 mutants that the proxy refuses, 1 mutant not judged in time');
  });
});
