import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { hunkDiff } from '../../../harness/search/hunk-diff.ts';
import { applyHunks, hunksOf, splitHunk } from '../../../harness/search/hunks.ts';
import { diffLines } from '../../../harness/search/line-diff.ts';
import { textOf, treeOf } from './memory-runner.ts';

const BEFORE = 'defaults\n  mode http\n  timeout client 30s\n  timeout tunnel 1h\nfrontend fe\n  bind :80\n';
const AFTER = 'defaults\n  mode http\n  timeout client 30s\n  timeout tunnel 2s\n  option httpclose\nfrontend fe\n  bind :80\n  bind :81\n';

function randomText(random: () => number, length: number): string {
  const lines = Array.from({ length }, () => `${'abc'[Math.floor(random() * 3)]} ${Math.floor(random() * 2)}\n`).join('');
  return random() < 0.5 ? lines.slice(0, -1) : lines;
}

/** Length of the longest common subsequence, by the plain table. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const line of a) {
    const next: number[] = [];
    for (const [index, other] of b.entries())
      next.push(line === other ? (row[index - 1] ?? 0) + 1 : Math.max(row[index] ?? 0, next[index - 1] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe('diffLines', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('finds a shortest edit script (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const [a, b] = [0, 1].map(() => randomText(random, Math.floor(random() * 25)).split('\n'));
    if (a === undefined || b === undefined) return;
    const edits = diffLines(a, b);
    const changed = edits.reduce((sum, { from, to, start, end }) => sum + to - from + end - start, 0);
    expect(changed).toBe(a.length + b.length - 2 * common(a, b));
    const made = edits
      .toReversed()
      .reduce((lines, { from, to, start, end }) => lines.toSpliced(from, to - from, ...b.slice(start, end)), [...a]);
    expect(made).toEqual(b);
  });

  it('takes strangers as one edit', () => {
    const [a, b] = ['a', 'b'].map((word) => Array.from({ length: 1500 }, (_, index) => `${word}${index}`));
    expect(diffLines(a ?? [], b ?? [])).toEqual([{ from: 0, to: 1500, start: 0, end: 1500 }]);
  });
});

describe('hunksOf', () => {
  it('finds what changed, with lines of both sides', () => {
    expect(hunksOf(treeOf(BEFORE), treeOf(AFTER))).toMatchObject([
      {
        before: { line: 4, lines: ['  timeout tunnel 1h\n'] },
        after: { line: 4, lines: ['  timeout tunnel 2s\n', '  option httpclose\n'] },
      },
      { before: { line: 7, lines: [] }, after: { line: 8, lines: ['  bind :81\n'] } },
    ]);
  });

  it('compares main files of other names and folders, and files beside them', () => {
    const before = treeOf('a\n', { '/old/x.conf': 'x\n' }, '/old/one.cfg');
    const after = treeOf('a\nb\n', { '/new/x.conf': 'y\n' }, '/new/two.cfg');
    expect(hunksOf(before, after).map(({ path, file }) => [path, file])).toEqual([
      ['/old/one.cfg', 'one.cfg'],
      ['/old/x.conf', 'x.conf'],
    ]);
    expect([...applyHunks(before, after, hunksOf(before, after)).files.keys()]).toEqual(['/old/one.cfg', '/old/x.conf']);
  });

  it('adds and removes files', () => {
    const [before, after] = [treeOf('a\n', { '/etc/old': 'x\ny\n' }), treeOf('a\n', { '/etc/new': 'z\n', '/etc/empty': '' })];
    const hunks = hunksOf(before, after);
    expect(hunks).toHaveLength(3);
    expect([...applyHunks(before, after, hunks).files.keys()]).toEqual(['/etc/haproxy/haproxy.cfg', '/etc/new', '/etc/empty']);
    expect([...applyHunks(before, after, []).files.keys()]).toEqual(['/etc/haproxy/haproxy.cfg', '/etc/old']);
  });
});

describe('splitHunk', () => {
  it('keeps an altered line together and brings the others in by themselves', () => {
    const [first] = hunksOf(treeOf(BEFORE), treeOf(AFTER));
    const parts = first === undefined ? [] : splitHunk(first);
    expect(parts.map(({ before, after }) => [...before.lines, ...after.lines])).toEqual([
      ['  timeout tunnel 1h\n', '  timeout tunnel 2s\n'],
      ['  option httpclose\n'],
    ]);
  });
});

describe('applyHunks', () => {
  const seeds = Array.from({ length: 80 }, (_, seed) => seed);

  it.each(seeds)('gives before without any, after with all, whole or in lines (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const texts = [0, 1].map(() => randomText(random, Math.floor(random() * 20)));
    const [before, after] = [treeOf(texts[0] ?? ''), treeOf(texts[1] ?? '')];
    const hunks = hunksOf(before, after);
    const lines = hunks.flatMap(splitHunk);
    expect(textOf(applyHunks(before, after, []))).toBe(textOf(before));
    expect(textOf(applyHunks(before, after, hunks))).toBe(textOf(after));
    expect(textOf(applyHunks(before, after, lines.toReversed()))).toBe(textOf(after));
    const some = textOf(
      applyHunks(
        before,
        after,
        lines.filter(() => random() < 0.5),
      ),
    );
    expect(some === '' || /^(?:[abc] [01]\n)*[abc] [01]\n?$/.test(some)).toBe(true);
  });
});

describe('hunkDiff', () => {
  it('is a unified diff with the place of each change', () => {
    const [before, after] = [treeOf(BEFORE), treeOf(AFTER)];
    expect(hunkDiff(before, hunksOf(before, after).slice(0, 1))).toBe(
      [
        '--- a/haproxy.cfg',
        '+++ b/haproxy.cfg',
        '@@ -1,6 +1,7 @@ haproxy.cfg:4',
        ' defaults',
        '   mode http',
        '   timeout client 30s',
        '-  timeout tunnel 1h',
        '+  timeout tunnel 2s',
        '+  option httpclose',
        ' frontend fe',
        '   bind :80',
        '',
      ].join('\n'),
    );
  });

  it.each(Array.from({ length: 12 }, (_, seed) => seed))('is what patch takes (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const [before, after] = [treeOf(randomText(random, 30)), treeOf(randomText(random, 30))];
    const chosen = hunksOf(before, after)
      .flatMap(splitHunk)
      .filter(() => random() < 0.4);
    const folder = mkdtempSync(join(tmpdir(), 'hunk-diff-'));
    try {
      writeFileSync(join(folder, 'haproxy.cfg'), textOf(before));
      execFileSync('git', ['apply', '-p1', '-'], {
        cwd: folder,
        input: hunkDiff(before, chosen),
        env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
      });
      expect(readFileSync(join(folder, 'haproxy.cfg'), 'utf8')).toBe(textOf(applyHunks(before, after, chosen)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
