import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import type { ConfigEdit } from '../../../harness/model/remedy.ts';
import { applyEdits } from '../../../harness/remedy/config-text.ts';
import { unifiedDiff } from '../../../harness/remedy/unified-diff.ts';

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

describe('applyEdits', () => {
  it('replaces, removes and brings in lines, whatever the order they are given in', () => {
    const edits = [
      { line: 5, remove: 0, insert: ['end'] },
      { line: 1, remove: 1, insert: ['one', 'and a half'] },
      { line: 3, remove: 1, insert: [] },
    ];
    expect(applyEdits(numbered(4), edits)).toBe('one\nand a half\nline 2\nline 4\nend\n');
  });

  it('keeps the line ends of the file', () => {
    expect(applyEdits('a\r\nb\r\n', [{ line: 2, remove: 0, insert: ['new'] }])).toBe('a\r\nnew\r\nb\r\n');
    expect(applyEdits('a\nb', [{ line: 1, remove: 1, insert: ['A'] }])).toBe('A\nb');
  });

  it('gives a last line without a line end one when something is put behind it', () => {
    expect(applyEdits('a\nb', [{ line: 3, remove: 0, insert: ['c'] }])).toBe('a\nb\nc\n');
  });

  it('refuses edits that are outside of the file or on top of each other', () => {
    expect(() => applyEdits('a\n', [{ line: 3, remove: 0, insert: ['x'] }])).toThrow(RangeError);
    const twice = [
      { line: 1, remove: 2, insert: ['x'] },
      { line: 2, remove: 1, insert: ['y'] },
    ];
    expect(() => applyEdits('a\nb\n', twice)).toThrow(RangeError);
  });
});

describe('unifiedDiff', () => {
  it('has three lines around a change and the numbers of both sides', () => {
    const edits = [{ line: 6, remove: 1, insert: ['six', 'six and a half'] }];
    expect(unifiedDiff(numbered(12), edits, 'etc/haproxy.cfg')).toBe(`--- a/etc/haproxy.cfg
+++ b/etc/haproxy.cfg
@@ -3,7 +3,8 @@
 line 3
 line 4
 line 5
-line 6
+six
+six and a half
 line 7
 line 8
 line 9
`);
  });

  it('makes a hunk of its own of a change that is far away, with its place moved by what came before', () => {
    const edits = [
      { line: 1, remove: 0, insert: ['zero'] },
      { line: 20, remove: 1, insert: [] },
    ];
    expect([...unifiedDiff(numbered(20), edits, 'x').matchAll(/^@@.*$/gm)].map(([head]) => head)).toEqual([
      '@@ -1,3 +1,4 @@',
      '@@ -17,4 +18,3 @@',
    ]);
  });

  it('shows a line that stays as kept, and nothing where nothing changes', () => {
    expect(unifiedDiff('a\nb\n', [{ line: 1, remove: 1, insert: ['a', 'new'] }], 'x')).toContain('\n a\n+new\n b\n');
    expect(unifiedDiff('a\nb\n', [{ line: 1, remove: 1, insert: ['a'] }], 'x')).toBe('');
  });

  it('says where a file has no line end', () => {
    expect(unifiedDiff('a', [{ line: 2, remove: 0, insert: ['b'] }], 'x')).toBe(
      '--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n',
    );
    expect(unifiedDiff('a\nb', [{ line: 1, remove: 1, insert: ['A'] }], 'x')).toMatch(/ b\n\\ No newline at end of file\n$/);
  });

  it('names a file below the root without its slash, and one with odd characters in quotes', () => {
    const edits = [{ line: 1, remove: 1, insert: ['b'] }];
    expect(unifiedDiff('a\n', edits, '/etc/nginx/nginx.conf')).toMatch(/^--- a\/etc\/nginx\/nginx\.conf\n/);
    expect(unifiedDiff('a\n', edits, 'x\ny')).toMatch(/^--- "a\/x\\ny"\n\+\+\+ "b\/x\\ny"\n@@/);
  });

  it('is taken by git apply, which makes of the old text what the edits make of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'diff-'));
    const random = seededRandom(11);
    const upTo = (limit: number): number => Math.floor(random() * limit);
    try {
      for (let round = 0; round < 25; round += 1) {
        const count = 1 + upTo(25);
        const end = random() < 0.3 ? '' : '\n';
        const text = numbered(count).slice(0, -1) + end;
        const edits: ConfigEdit[] = [];
        for (let line = 1 + upTo(6); line <= count + 1; line += 1 + upTo(12)) {
          const remove = Math.min(upTo(3), count + 1 - line);
          edits.push({ line, remove, insert: Array.from({ length: upTo(3) }, (_, index) => `new ${round} ${index}`) });
          line += remove;
        }
        const patch = unifiedDiff(text, edits, 'config');
        if (patch === '') continue;
        writeFileSync(join(folder, 'config'), text);
        execFileSync('git', ['apply', '-'], { cwd: folder, input: patch, stdio: 'pipe', env: { ...process.env, GIT_DIR: '/nowhere' } });
        expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(applyEdits(text, edits));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
