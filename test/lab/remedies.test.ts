import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordOf } from '../../harness/cli/judge-folder.ts';
import { silentProgress } from '../../harness/cli/progress.ts';
import { runTrials, type TrialGround } from '../../harness/cli/remedy-trial.ts';
import { type TriedRemedies, tryRemedies } from '../../harness/cli/try-remedies.ts';
import type { Remedy } from '../../harness/model/remedy.ts';
import { readRunFolder } from '../../harness/run/run-folder.ts';
import { emptyFolder, hopscope } from '../e2e/hopscope-process.ts';

const SPEC = `version: 1
settings: { lab: netns, capture: "off", scenarios: [opening-handshake, http-beside] }
scenarios:
  http-beside: { requests: 20, durationMs: 100 }
paths:
  - { id: refused, title: t, about: a, target: /live/socket, proxies: [{ service: haproxy, config: "builtin:incidents/0001-refused-socket/broken/haproxy.cfg" }] }
  - { id: hardcoded, title: t, about: a, proxies: [{ service: nginx, config: "builtin:nginx/hardcoded-upgrade.conf" }] }
  - { id: http10, title: t, about: a, proxies: [{ service: nginx, config: "builtin:nginx/http10.conf" }] }
`;

const cwd = emptyFolder();
const folder = join(cwd, 'out');
const signal = new AbortController().signal;
let tried: TriedRemedies;
beforeAll(async () => {
  writeFileSync(join(cwd, 'hopscope.yaml'), SPEC);
  await hopscope(['run', '--quiet', '--out', 'out'], { cwd });
  tried = await tryRemedies(folder, { finding: null, lab: 'netns', limit: 12, progress: silentProgress, signal });
});

const remediesFor = (path: string, audit: string): readonly Remedy[] =>
  tried.remedies.filter(({ findingId }) => findingId.startsWith(`${audit}/${path}/`));

describe('remedies', () => {
  it.each([
    ['refused', 'refused-upgrade', '+    acl allowed_path path_beg /live/socket'],
    ['hardcoded', 'failed-plain-http', '+            proxy_set_header Connection $connection_upgrade;'],
    ['http10', 'refused-upgrade', '+            proxy_http_version 1.1;'],
  ])('are verified for the path %s, whose %s goes away', (path, audit, line) => {
    const all = remediesFor(path, audit);
    expect(all.map(({ status, because }) => `${status}: ${because}`)).toEqual([
      expect.stringMatching(/^verified: applied to a copy and run/),
    ]);
    expect(all[0]?.patch.split('\n')).toContain(line);
  });

  it('leave the trial as a run folder in which the finding is gone, and a patch beside it', async () => {
    const [remedy] = remediesFor('refused', 'refused-upgrade');
    const trial = await recordOf(join(folder, remedy?.trial ?? ''));
    expect(
      trial.findings.filter(({ auditId, path }) => path === 'refused' && auditId === 'refused-upgrade').map(({ outcome }) => outcome),
    ).toContain('pass');
    expect(readFileSync(join(folder, 'remedies/refused-upgrade-refused-opening-handshake.patch'), 'utf8')).toBe(remedy?.patch);
  });

  it('are in the record of the run', async () => {
    const cured = (await recordOf(folder)).findings.filter(({ remedies }) => remedies?.some(({ status }) => status === 'verified'));
    expect(new Set(cured.map(({ path }) => path))).toEqual(new Set(['refused', 'hardcoded', 'http10']));
  });

  it('fail when they do nothing, and when the proxy does not take them, each beside the other', async () => {
    const [record, { facts }] = await Promise.all([recordOf(folder), readRunFolder(folder)]);
    const ground: TrialGround = { record, facts, runFolder: folder, lab: 'netns', progress: silentProgress, signal };
    const planned = tried.planned.find(({ path }) => path.id === 'hardcoded');
    const refused = tried.planned.find(({ path }) => path.id === 'refused');
    if (planned === undefined || refused === undefined) throw new Error('expected both paths to have been planned');
    const candidate = { title: 'Hope.', edits: [], source: 'nowhere', patch: '' };
    const outcomes = await runTrials(
      [
        { planned, candidate: { ...candidate, edited: `# hope\n${planned.text}` } },
        { planned: refused, candidate: { ...candidate, edited: `${refused.text}\nnonsense here\n` } },
      ],
      ground,
      'remedies/useless',
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      { status: 'failed', because: expect.stringMatching(/^failed-plain-http in http-beside is still there/) as unknown },
      { status: 'failed', because: expect.stringMatching(/^the config is not accepted: .*nonsense/) as unknown },
    ]);
  });
});
