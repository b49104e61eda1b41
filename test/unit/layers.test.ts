import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** A layer may import itself and what it lists, nothing else. The same table stands in ARCHITECTURE.md. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'harness/model': [],
  'harness/errors.ts': [],
  'harness/measure': ['harness/model', 'harness/errors.ts'],
  'harness/wire': ['harness/model'],
  'harness/play': ['harness/model', 'harness/measure', 'harness/wire'],
  'harness/analyze': ['harness/model', 'harness/errors.ts', 'harness/measure', 'harness/wire'],
  'harness/lab': ['harness/model', 'harness/errors.ts'],
  'harness/drive': ['harness/model', 'harness/errors.ts', 'harness/measure', 'harness/wire', 'harness/play'],
  'harness/probes': ['harness/model', 'harness/errors.ts'],
  'harness/run': [
    'harness/model',
    'harness/errors.ts',
    'harness/measure',
    'harness/wire',
    'harness/lab',
    'harness/drive',
    'harness/probes',
    'harness/analyze',
    'harness/play',
  ],
  'harness/index.ts': ['harness/model', 'harness/errors.ts', 'harness/measure', 'harness/wire', 'harness/drive', 'harness/run'],
  'harness/blame': ['harness/model', 'harness/measure', 'harness/wire'],
  'harness/audits': ['harness/model', 'harness/measure', 'harness/wire', 'harness/blame'],
  'harness/compare': ['harness/model', 'harness/measure', 'harness/wire', 'harness/blame'],
  'harness/gate': ['harness/model', 'harness/errors.ts', 'harness/measure'],
  'harness/spec': ['harness/model', 'harness/errors.ts', 'harness/measure', 'harness/gate'],
  'harness/fleet': ['harness/model', 'harness/errors.ts', 'harness/measure', 'harness/wire', 'harness/drive'],
  'harness/remedy': ['harness/model'],
  'harness/world': ['harness/model', 'harness/errors.ts', 'harness/lab'],
  'harness/search': ['harness/model'],
  'harness/setup': ['harness/model', 'harness/errors.ts', 'harness/lab'],
  containers: ['harness/model', 'harness/measure', 'harness/wire', 'harness/play'],
  scenarios: ['harness/index.ts'],
  reports: ['harness/model', 'harness/errors.ts', 'harness/measure'],
};

const layerOf = (file: string): string | undefined =>
  [...Object.keys(LAYERS), 'harness/cli']
    .filter((layer) => file === layer || file.startsWith(`${layer}/`))
    .toSorted((a, b) => b.length - a.length)[0];

const files = globSync('{harness,scenarios,containers,reports}/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.d.ts'));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) => normalize(join(dirname(file), specifier)));
}

describe('layers', () => {
  it('know every source file', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it('are those of ARCHITECTURE.md', () => {
    const written = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
    const table = written.slice(written.indexOf('## Layers'), written.indexOf('## Words'));
    const rows = [...table.matchAll(/^\| `([^`]+)` *\|(.*)\|$/gm)].map(([, layer = '', list = '']) => [
      layer,
      [...list.matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    ]);
    expect(Object.fromEntries(rows)).toEqual(LAYERS);
  });

  it.each(files)('%s imports only what its layer may', (file) => {
    const layer = layerOf(file);
    if (layer === undefined || layer === 'harness/cli') return;
    const allowed = [layer, ...(LAYERS[layer] ?? [])];
    const foreign = importsOf(file).filter((imported) => !allowed.some((name) => imported === name || imported.startsWith(`${name}/`)));
    expect(foreign).toEqual([]);
  });
});
