import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Lab } from '../../../harness/lab/lab.ts';
import { runScenarios } from '../../../harness/run/run.ts';
import { RunFolder } from '../../../harness/run/run-folder.ts';
import { defineScenario, type Scenario } from '../../../harness/run/scenario.ts';
import { UNSCALED } from '../../../harness/run/time-scale.ts';
import { pathOf } from '../lab/sample-topology.ts';

const nothing = defineScenario({ id: 'nothing', title: '', about: '', defaults: {}, run: () => Promise.resolve() }) as Scenario;

it('an IPv6 path is recorded as missing in a lab of IPv4, and nothing is brought up for it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-run-'));
  const folder = new RunFolder(dir);
  const lab: Lab = {
    kind: 'docker',
    versions: {},
    firstOctet: 100,
    bringUp: () => Promise.reject(new Error('asked for')),
    howToLookInside: '',
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  try {
    await runScenarios(lab, {
      packageRoot: '',
      services: new Map(),
      folder,
      congestionControl: 'reno',
      timeScale: UNSCALED,
      paths: [{ ...pathOf('six', ['proxy']), ipv6: true }],
      scenarios: [{ scenario: nothing, options: {} }],
      seed: 1,
      capture: { capture: 'off', headerBytes: 128, megabytes: 16 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    folder.close();
    const [line = '', ...more] = readFileSync(join(dir, 'evidence', 'absences.ndjson'), 'utf8')
      .trim()
      .split('\n');
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({
      path: 'six',
      scenario: 'nothing',
      what: 'path',
      because: expect.stringContaining('--lab netns'),
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
