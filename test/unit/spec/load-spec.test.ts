import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vocabulary as realVocabulary } from '../../../harness/cli/vocabulary.ts';
import { loadSpec, MAX_SPEC_BYTES } from '../../../harness/spec/load-spec.ts';
import { specFolder, vocabulary } from './sample.ts';

const packageRoot = join(import.meta.dirname, '../../..');
const folder = specFolder();
const load = (file: string) => loadSpec(file, { vocabulary, workingFolder: folder, packageRoot });

describe('loadSpec', () => {
  it.each([
    ['nope.yaml', 'SPEC_ERR_NOT_FOUND', 'no such file'],
    ['edge.cfg/x.yaml', 'SPEC_ERR_NOT_FOUND', 'no such file'],
    ['empty', 'SPEC_ERR_UNREADABLE', 'a folder'],
    ['/dev/zero', 'SPEC_ERR_UNREADABLE', '1 MiB'],
  ])('refuses %s', async (file, code, fragment) => {
    await expect(load(file)).rejects.toMatchObject({ code, message: expect.stringContaining(fragment), place: { file } });
  });

  it('refuses a file that is larger than the limit', async () => {
    writeFileSync(join(folder, 'big.yaml'), `version: 1\n#${'x'.repeat(MAX_SPEC_BYTES)}`);
    await expect(load('big.yaml')).rejects.toMatchObject({ code: 'SPEC_ERR_UNREADABLE' });
  });

  it('says where a byte that is not UTF-8 stands', async () => {
    writeFileSync(join(folder, 'latin1.yaml'), Buffer.from('version: 1\n# caf\xe9\n', 'latin1'));
    await expect(load('latin1.yaml')).rejects.toMatchObject({ code: 'SPEC_ERR_UNREADABLE', place: { line: 2, column: 6 } });
  });

  it('reads files with a byte order mark and CR LF', async () => {
    writeFileSync(join(folder, 'dos.yaml'), '\ufeffversion: 1\r\npaths:\r\n  - id: direct\r\n');
    await expect(load('dos.yaml')).resolves.toMatchObject({ label: 'dos.yaml', paths: [{ id: 'direct' }] });
  });

  it('finds configs from the folder of the spec, not from the working folder', async () => {
    writeFileSync(join(folder, 'sub/spec.yaml'), 'version: 1\npaths: [{id: a, proxies: [{service: nginx, config: inner.cfg}]}]\n');
    await expect(load('sub/spec.yaml')).resolves.toMatchObject({
      label: 'sub/spec.yaml',
      paths: [{ proxies: [{ configLabel: 'sub/inner.cfg' }] }, {}],
    });
  });
});

describe('the built-in spec', () => {
  it('is right, starts with the direct path and the incident, and says what every failing path must show', async () => {
    const spec = await loadSpec('scenarios/default.yaml', { vocabulary: realVocabulary, workingFolder: packageRoot, packageRoot });
    expect(spec.paths.slice(0, 2).map(({ id }) => id)).toEqual(['direct', 'incident-0001-broken']);
    expect(spec.paths.find(({ id }) => id === 'haproxy-plain')?.control).toBe('direct');
    expect(spec.paths.filter(({ expect: expected }) => expected.length > 0).length).toBeGreaterThan(8);
    // What the built-in spec uses is what `setup` installs: the other subjects are in specs of their own.
    expect(new Set(spec.paths.flatMap(({ proxies }) => proxies.map(({ service }) => service)))).toEqual(
      new Set(['haproxy', 'nginx', 'node-proxy']),
    );
  });
});
