import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initFolder } from '../../../harness/cli/commands/init.ts';
import { loadMeantSpec, resolveRun } from '../../../harness/cli/resolve-run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS = {
  spec: null,
  lab: null,
  paths: [],
  scenarios: [],
  seed: null,
  out: null,
  capture: null,
  changedSince: null,
  timeScale: null,
  realTime: false,
  json: false,
  quiet: false,
  keep: false,
};

describe('initFolder', () => {
  it('writes a spec that is right as it is, and is found by run', async () => {
    expect(await initFolder(folder)).toEqual([
      { file: 'hopscope.yaml', written: true },
      { file: 'proxies/haproxy.cfg', written: true },
    ]);
    const resolved = await resolveRun(OPTIONS, {}, folder);
    expect(resolved).toMatchObject({
      specLabel: 'hopscope.yaml',
      paths: [{ id: 'edge', proxies: [{ configLabel: 'proxies/haproxy.cfg' }] }, { id: 'edge.control' }],
    });
  });

  it('writes a spec whose commented examples are right too', async () => {
    await initFolder(folder);
    const text = readFileSync(join(folder, 'hopscope.yaml'), 'utf8');
    // Examples are indented like what they would become; prose starts with a capital or stands at the top.
    const uncommented = text
      .replaceAll(
        /^( *)# (?=[ #]*(?:-|settings|scenarios|policy| |lab|seed|idle|proxies|links|impairments|expect|allow|inconclusive))/gm,
        '$1',
      )
      .replaceAll(/^( *)# (?=\S)/gm, '$1# ');
    writeFileSync(join(folder, 'all.yaml'), uncommented);
    const spec = await loadMeantSpec('all.yaml', folder);
    expect(spec.paths.filter(({ proxies }) => proxies.length > 0).map(({ id }) => id)).toEqual(['edge', 'edge-far', 'edge-broken']);
    expect(spec.policy.inconclusive).toBe('allow');
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(folder, 'hopscope.yaml'), 'mine');
    expect(await initFolder(folder)).toMatchObject([{ written: false }, { written: true }]);
    expect(readFileSync(join(folder, 'hopscope.yaml'), 'utf8')).toBe('mine');
  });
});

describe('resolveRun', () => {
  it('takes the built-in spec in an empty folder', async () => {
    const resolved = await resolveRun(OPTIONS, {}, folder);
    expect(resolved?.specLabel).toBe('built-in default');
    expect(resolved?.paths.find(({ id }) => id === 'haproxy-plain')?.proxies[0]?.configLabel).toBe('builtin:haproxy/plain.cfg');
  });

  it('lets flags win over the environment', async () => {
    const environment = { HOPSCOPE_LAB: 'docker', HOPSCOPE_QUIET: '1' };
    expect(await resolveRun({ ...OPTIONS, lab: 'netns', seed: 0 }, environment, folder)).toMatchObject({
      settings: { lab: 'netns', seed: 0, quiet: true },
      sources: { lab: 'flag', quiet: 'environment', seed: 'flag' },
    });
  });
});
