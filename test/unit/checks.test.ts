import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;

describe('npm run check', () => {
  it.each([
    ['the compiler', 'typescript/bin/tsc', ['--noEmit']],
    ['the linter', 'oxlint/bin/oxlint', ['--type-aware']],
    ['the formatter', '@biomejs/biome/bin/biome', ['ci', '.']],
    ['the search for what nobody uses', 'knip/bin/knip.js', []],
  ])(
    '%s finds nothing',
    (_, program, args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      expect(status, `${stdout}${stderr}`.slice(-4000)).toBe(0);
    },
    LIMIT_MS,
  );
});
