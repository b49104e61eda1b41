import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyOfScenarios } from '../../../harness/cli/asked-thresholds.ts';
import { type ResolvedRun, resolveRun } from '../../../harness/cli/resolve-run.ts';
import type { RunOptions } from '../../../harness/cli/run-options.ts';
import { errorOf } from '../spec/sample.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checks-test-'));
  file('edge/haproxy.cfg', HAPROXY);
  file('web/live.conf', SITE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const HAPROXY =
  'defaults\n  mode http\n  timeout client 1m\nfrontend web\n  bind :80\n  default_backend app\nbackend app\n  server one 10.0.0.1:3000\n';
const SITE = `server {
  listen 80;
  server_name live.example.com;
  location /socket { proxy_pass http://10.0.0.9; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }
  location / { proxy_pass http://10.0.0.9; }
}
`;
const CHECK = 'check:\n  - { config: edge/haproxy.cfg, id: edge }\n  - config: web/live.conf\n';

const OPTIONS: RunOptions = {
  ...{ spec: null, lab: null, paths: [], scenarios: [], seed: null, out: null, capture: null, changedSince: null },
  ...{ timeScale: null, realTime: false, json: false, quiet: false, keep: false },
};
async function resolved(
  spec: string,
  options: Partial<RunOptions> = {},
  environment: Record<string, string> = {},
): Promise<ResolvedRun | null> {
  file('hopscope.yaml', `version: 1\n${spec}`);
  return await resolveRun({ ...OPTIONS, ...options }, environment, folder);
}
const ids = (run: ResolvedRun | null): readonly string[] => (run?.paths ?? []).map(({ id }) => id);
const OWN = 'paths: [{ id: proxy-1, proxies: [{ service: haproxy, config: builtin:haproxy/plain.cfg }] }]\n';

describe('the paths of configs that a spec checks', () => {
  it('are those of their entries, with one control path, before any lab', async () => {
    expect(ids(await resolved(CHECK))).toEqual([
      'edge-hopscope-test-ws',
      'edge-hopscope-test-ws.control',
      'live-example-com-socket',
      'live-example-com',
    ]);
  });

  it('stand behind those of the spec, whose names they do not take', async () => {
    const run = await resolved(`${OWN}${CHECK}`);
    expect(ids(run).slice(0, 2)).toEqual(['proxy-1', 'proxy-1.control']);
    expect(run?.paths.flatMap(({ proxies }) => proxies.map(({ name }) => name))).toEqual(['proxy-1', 'proxy-2', 'proxy-3', 'proxy-4']);
  });

  it('are selected by patterns, with the control path', async () => {
    expect(ids(await resolved(`${OWN}${CHECK}`, { paths: ['live-*-socket'] }))).toEqual([
      'edge-hopscope-test-ws.control',
      'live-example-com-socket',
    ]);
    await expect(resolved(CHECK, { paths: ['lvie-*'] })).rejects.toThrow(/expected --path to match at least one of edge-hopscope-test-ws/);
  });

  it('are those whose folder changed since a revision', async () => {
    await resolved(`${OWN}${CHECK}`);
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder, stdio: 'ignore' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'a');
    expect(await resolved(`${OWN}${CHECK}`, { changedSince: 'HEAD' })).toBe(null);
    file('web/maps/new.map', '');
    expect(ids(await resolved(`${OWN}${CHECK}`, { changedSince: 'HEAD' }))).toEqual([
      'edge-hopscope-test-ws.control',
      'live-example-com-socket',
      'live-example-com',
    ]);
  });
});

describe('the lab of a spec that checks configs', () => {
  it('is netns where nothing else is asked for', async () => {
    expect(await resolved(CHECK)).toMatchObject({ settings: { lab: 'netns' }, labBecause: 'the spec has configs under `check`' });
  });

  it.each([
    ['--lab', { lab: 'docker' }, {}, ''],
    ['HOPSCOPE_LAB', {}, { HOPSCOPE_LAB: 'docker' }, ''],
    ['settings.lab', {}, {}, 'settings: { lab: docker }\n'],
  ] as const)('is not docker: %s', async (from, options, environment, settings) => {
    await expect(resolved(`${settings}${CHECK}`, options, environment)).rejects.toThrow(`expected ${from} to be netns or auto`);
  });

  it('is whichever is asked for when no entry is selected', async () => {
    expect(await resolved(`${OWN}${CHECK}`, { lab: 'docker', paths: ['proxy-1'] })).toMatchObject({
      settings: { lab: 'docker' },
      labBecause: null,
    });
  });
});

describe('patterns of a policy', () => {
  it('may be about entries, and are refused with their line where they are about none', async () => {
    const policy = (path: string): string => `${CHECK}policy:\n  thresholds:\n    - { path: '${path}', expect: 'idle limit >= 3 s' }\n`;
    expect((await resolved(policy('edge-*')))?.policy.thresholds).toHaveLength(1);
    const error = await resolved(policy('egde-*')).then(
      () => errorOf(() => null),
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: 'SPEC_ERR_UNKNOWN_NAME', place: { file: 'hopscope.yaml', line: 7, column: 15 } });
    // Nothing is measured of an entry for ordinary requests alone, nor of a control path.
    await expect(resolved(policy('live-example-com'))).rejects.toThrow(/expected policy.thresholds\[0\].path to match/);
    await expect(resolved(policy('*.control'))).rejects.toThrow(/expected policy.thresholds\[0\].path to match/);
  });

  it('ask nothing that the scenarios of a command line do not measure', () => {
    const thresholds = ['idle limit >= 3 s', 'survives reload >= 99 %', 'p99 added latency <= 5 ms', 'resent segments <= 1 %'].map(
      (expected) => ({
        ...{ path: '*', expect: expected, because: null },
      }),
    );
    const { policy, leftOut } = policyOfScenarios({ allow: [], inconclusive: 'refuse', thresholds }, ['opening-handshake', 'lifetime']);
    expect(policy.thresholds?.map(({ expect: kept }) => kept)).toEqual(['idle limit >= 3 s', 'resent segments <= 1 %']);
    expect(leftOut).toEqual(['survives reload >= 99 %', 'p99 added latency <= 5 ms']);
    expect(
      policyOfScenarios({ allow: [], inconclusive: 'refuse', thresholds: thresholds.slice(0, 1) }, ['tunnel']).policy,
    ).not.toHaveProperty('thresholds');
  });
});

describe('a config without an entry', () => {
  it('is refused before any lab', async () => {
    file('edge/haproxy.cfg', HAPROXY.replace('  bind :80\n', ''));
    await expect(resolved(CHECK)).rejects.toMatchObject({ code: 'CONFIG_ERR_UNREADABLE', place: { file: 'edge/haproxy.cfg' } });
  });
});
