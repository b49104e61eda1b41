import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyWithEdit, programWithEdit } from '../../../harness/remedy/edited-copy.ts';

let dir = '';
const at = (...parts: readonly string[]): string => join(dir, ...parts);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'edited-'));
  mkdirSync(at('package/proxies/deep'), { recursive: true });
  writeFileSync(at('package/package.json'), '{"type":"module"}');
  writeFileSync(at('package/proxies/shared.ts'), 'export const word: string = "shared";\n');
  writeFileSync(at('package/proxies/deep/near.ts'), 'export const near = 1;\n');
  writeFileSync(at('package/proxies/deep/proxy.ts'), 'original\n');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('copyWithEdit', () => {
  it('gives the edited config the neighbours of the original, and leaves that as it is', () => {
    const path = copyWithEdit(at('package/proxies/deep/proxy.ts'), 'edited\n', at('copy'));
    expect(readFileSync(path, 'utf8')).toBe('edited\n');
    expect(readdirSync(at('copy')).toSorted()).toEqual(['near.ts', 'proxy.ts']);
    expect(readFileSync(at('package/proxies/deep/proxy.ts'), 'utf8')).toBe('original\n');
  });

  it('does without neighbours where the original is gone', () => {
    expect(readFileSync(copyWithEdit(at('gone/nginx.conf'), 'edited\n', at('copy')), 'utf8')).toBe('edited\n');
  });
});

describe('programWithEdit', () => {
  it('keeps the place of a program in its package, so that it finds what it imports', async () => {
    const edited = "import { word } from '../shared.ts';\nimport { near } from './near.ts';\nexport const all = [word, near];\n";
    const path = programWithEdit(at('package/proxies/deep/proxy.ts'), edited, at('copy'));
    expect(path).toBe(at('copy/proxies/deep/proxy.ts'));
    expect(((await import(path)) as { readonly all: unknown }).all).toEqual(['shared', 1]);
    expect(lstatSync(at('copy/proxies/shared.ts')).isSymbolicLink()).toBe(true);
  });
});
