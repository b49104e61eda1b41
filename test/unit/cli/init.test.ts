import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CiSystem, SOURCE_PLACEHOLDER, workflowOf } from '../../../harness/cli/ci-workflow.ts';
import { publicUrl } from '../../../harness/cli/git-facts.ts';
import { planInit, writeInit } from '../../../harness/cli/init-command.ts';
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

const file = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const init = async (ci: CiSystem | null = 'none', force = false): Promise<readonly object[]> =>
  writeInit(folder, (await planInit(folder, ci)).files, force);

const written = (path: string): string => readFileSync(join(folder, path), 'utf8');

const HAPROXY = `defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend web
  bind :80
  default_backend app
backend app
  server one app.internal:3000
`;
const SITE = `server {
  listen 80;
  server_name live.example.com;
  location /socket {
    proxy_pass http://10.0.0.9:9000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_read_timeout 300s;
  }
}
`;
/** Examples are indented like what they would become; prose starts with a capital. */
const uncommented = (text: string): string =>
  text.replaceAll(/^( *)# (?=[ #]*(?:- [{]|thresholds:|quarantine:|maxWarnings:|urls:|provide:|env:))/gm, '$1');

describe('init in a folder without configs', () => {
  it('writes a spec that is right as it is, and is found by run', async () => {
    expect(await init()).toEqual([
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
    await init();
    const text = written('hopscope.yaml')
      .replaceAll(
        /^( *)# (?=[ #]*(?:-|settings|scenarios|policy| |lab|seed|idle|proxies|links|impairments|expect|allow|inconclusive))/gm,
        '$1',
      )
      .replaceAll(/^( *)# (?=\S)/gm, '$1# ');
    writeFileSync(join(folder, 'all.yaml'), text);
    const spec = await loadMeantSpec('all.yaml', folder);
    expect(spec.paths.filter(({ proxies }) => proxies.length > 0).map(({ id }) => id)).toEqual(['edge', 'edge-far', 'edge-broken']);
    expect(spec.policy.inconclusive).toBe('allow');
  });
});

describe('init in a repository with configs', () => {
  it('writes a spec that checks each, with the thresholds that they keep', async () => {
    file('edge/haproxy.cfg', HAPROXY.replaceAll('20s', '60s'));
    file('web/sites-enabled/live', SITE);
    expect(await init()).toEqual([{ file: 'hopscope.yaml', written: true }]);
    const spec = await loadMeantSpec(null, folder);
    expect(spec.checks.map(({ label, id }) => [label, id])).toEqual([
      ['edge/haproxy.cfg', 'edge-haproxy'],
      ['web/sites-enabled/live', 'web-live'],
    ]);
    expect(spec.policy.thresholds?.map(({ expect: kept }) => kept)).toEqual(['idle limit >= 30 s', 'reload survival >= 99 %']);
    const resolved = await resolveRun(OPTIONS, {}, folder);
    expect(resolved?.settings.lab).toBe('netns');
    expect(resolved?.paths.map(({ id }) => id)).toContain('web-live-live-example-com-socket');
  });

  it('writes a threshold that is not kept, or not measured, as a comment', async () => {
    file('haproxy.cfg', `global\n  hard-stop-after 30s\n${HAPROXY}`);
    await init();
    expect((await loadMeantSpec(null, folder)).policy.thresholds ?? []).toEqual([]);
    expect(written('hopscope.yaml')).toContain('# The lowest idle limit is 20 s:');
  });

  it('writes examples that are right when they are no comments', async () => {
    file('haproxy.cfg', HAPROXY);
    await init();
    writeFileSync(join(folder, 'all.yaml'), uncommented(written('hopscope.yaml')).replace("'certs/:/etc/ssl/private/'", "'haproxy.cfg'"));
    const { checks, policy } = await loadMeantSpec('all.yaml', folder);
    expect(checks).toMatchObject([{ urls: ['wss://chat.example.com/socket'], env: { BACKEND: 'api:3000' } }]);
    expect(policy).toMatchObject({ thresholds: [{}, {}, {}], quarantine: [{ audit: 'lost-message' }], maxWarnings: 5 });
  });

  it('says of a template how it is rendered, and checks nothing that is none', async () => {
    file('haproxy.cfg', HAPROXY);
    file('edge.cfg.j2', HAPROXY.replace(':80', ':{{ port }}'));
    await init();
    expect(written('hopscope.yaml')).toMatch(/# It is a template \(Jinja\).*\n *# - \{ config: edge.cfg.j2, render: '...' \}/);
    expect((await loadMeantSpec(null, folder)).checks).toHaveLength(1);
  });

  it('writes names that YAML would read as something else in quotes', async () => {
    file("on: {x}/it's #1/haproxy.cfg", HAPROXY);
    await init();
    expect((await loadMeantSpec(null, folder)).checks).toMatchObject([{ label: "on: {x}/it's #1/haproxy.cfg" }]);
  });
});

describe('init where something is already', () => {
  it('writes nothing at all, and says what is there', async () => {
    file('hopscope.yaml', 'mine');
    await expect(init('github')).rejects.toThrow(/got one that has hopscope.yaml: nothing was written/);
    expect(written('hopscope.yaml')).toBe('mine');
    expect(() => written('.github/workflows/hopscope.yml')).toThrow(/ENOENT/);
  });

  it('overwrites its own files when it is forced to, and never a config', async () => {
    file('hopscope.yaml', 'mine');
    file('proxies/haproxy.cfg', '# empty as yet\n');
    expect(await init('none', true)).toEqual([
      { file: 'hopscope.yaml', written: true },
      { file: 'proxies/haproxy.cfg', written: false },
    ]);
    expect(written('proxies/haproxy.cfg')).toBe('# empty as yet\n');
  });
});

describe('the job that init writes', () => {
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });

  it.each([
    ['.github/dependabot.yml', 'github', '.github/workflows/hopscope.yml'],
    ['.gitlab-ci.yml', 'gitlab', '.gitlab/hopscope.yml'],
  ])('is for the system whose %s is there', async (there, system, job) => {
    file(there, '');
    const plan = await planInit(folder, null);
    expect(plan).toMatchObject({ ci: system });
    expect(plan.files.at(-1)?.file).toBe(job);
  });

  it('follows the remote, and stands at the root of the repository', async () => {
    git('init', '-q', '-b', 'trunk');
    git('remote', 'add', 'origin', 'git@github.com:acme/edge.git');
    file('infra/haproxy.cfg', HAPROXY);
    const { ci, files } = await planInit(join(folder, 'infra'), null);
    expect([ci, files.at(-1)?.file]).toEqual(['github', '../.github/workflows/hopscope.yml']);
    expect(parse(files.at(-1)?.text ?? '')).toMatchObject({
      on: { push: { branches: ['trunk'] } },
      jobs: { websockets: { defaults: { run: { 'working-directory': 'infra' } } } },
    });
  });

  it.each(['github', 'gitlab'] as const)('is YAML for %s, and marks what has to be filled in', (system) => {
    const { text } = workflowOf(system, { source: null, branch: 'a: "b"', folder: "deep/it's" });
    expect(parse(text)).toHaveProperty(system === 'github' ? 'jobs' : 'websockets');
    expect(text).toContain(SOURCE_PLACEHOLDER);
    expect(text).toMatch(/PUT THE REPOSITORY OF HOPSCOPE HERE/);
    expect(workflowOf(system, { source: 'https://git.acme.io/hopscope.git', branch: 'main', folder: '' }).text).not.toContain('PUT THE');
  });

  it.each([
    ['https://user:token@git.acme.io/tools/hopscope.git', 'https://git.acme.io/tools/hopscope.git'],
    ['git@github.com:acme/hopscope.git', 'https://github.com/acme/hopscope.git'],
    ['ssh://git@git.acme.io:2222/tools/hopscope', 'https://git.acme.io/tools/hopscope'],
    ['/srv/git/hopscope', null],
    ['../hopscope', null],
  ])('takes from the remote %s only what everybody may see', (remote, shown) => {
    expect(publicUrl(remote)).toBe(shown);
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
