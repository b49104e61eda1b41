import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOf } from '../../harness/cli/judge-folder.ts';
import type { SurvivalEvidence } from '../../harness/model/action-evidence.ts';
import type { Finding } from '../../harness/model/finding.ts';
import { readRunFolder } from '../../harness/run/run-folder.ts';
import { hopscope } from '../e2e/hopscope-process.ts';

const proxied = (id: string, service: string, config: string): string =>
  `  - { id: ${id}, title: ${id}, about: a reload, proxies: [{ service: ${service}, config: 'builtin:${service}/${config}' }] }\n`;

const SPEC = `version: 1
settings: { lab: netns, scenarios: [reload] }
paths:
  - { id: direct, title: Direct, about: control, proxies: [], links: [{ name: link-1 }, { name: link-2 }] }
${proxied('haproxy-plain', 'haproxy', 'plain.cfg')}${proxied('haproxy-hard-stop', 'haproxy', 'hard-stop.cfg')}${proxied('nginx-plain', 'nginx', 'upgrade-map.conf')}${proxied('nginx-timeout', 'nginx', 'shutdown-timeout.conf')}`;

describe('a reload of real proxies', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-reload-'));
  let findings: readonly Finding[] = [];
  let survivals: readonly SurvivalEvidence[] = [];
  beforeAll(async () => {
    const [spec, folder] = [join(dir, 'spec.yaml'), join(dir, 'run')];
    writeFileSync(spec, SPEC);
    await hopscope(['run', spec, '--quiet', '--out', folder], { cwd: dir });
    ({ survivals } = (await readRunFolder(folder)).evidence);
    ({ findings } = await recordOf(folder));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const of = (audit: string, path: string) => findings.filter((finding) => finding.auditId === audit && finding.path === path);
  const survival = (path: string, caseId: string) => survivals.find((one) => one.path === path && one.caseId === caseId);

  it.each(['haproxy-plain', 'nginx-plain'])('leaves the sockets of %s with the old worker for as long as they want', (path) => {
    expect(of('dropped-on-reload', path)).toMatchObject([{ outcome: 'pass', measures: { survivedPercent: 100 } }]);
    expect(survival(path, 'reload')?.oldProcesses.at(-1)?.count).toBeGreaterThan(0);
  });

  it.each([
    ['haproxy-hard-stop', 'hard-stop-after 1s'],
    ['nginx-timeout', 'worker_shutdown_timeout 1s;'],
  ])('cuts the sockets of %s without a Close frame when its limit is over, and the line is named', (path, text) => {
    const [finding, another] = of('dropped-on-reload', path);
    expect(another).toBeUndefined();
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: path, config: { text } } });
    expect(finding?.measures['cutAfterMs']).toBeGreaterThanOrEqual(950);
    expect(new Set(survival(path, 'reload')?.sockets.map(({ end }) => end))).not.toContain('close-frame');
  });

  it('takes new handshakes throughout a reload, and none while a proxy is gone', () => {
    for (const path of ['haproxy-plain', 'nginx-plain']) {
      expect(of('refused-during-reload', path)).toMatchObject([{ outcome: 'pass' }]);
      const outcomes = survival(path, 'kill-start')?.newHandshakes.map(({ outcome }) => outcome) ?? [];
      expect(outcomes).toContain('connect-failed');
      expect(outcomes.at(-1)).toBe('101');
    }
  });

  it('upgrades nginx with every socket', () => {
    expect(survival('nginx-plain', 'upgrade')?.sockets.map(({ end }) => end)).toEqual(Array.from({ length: 10 }, () => 'survived'));
  });

  it('loses nothing over sockets that stay open, whatever is done', () => {
    expect(findings.filter(({ auditId }) => auditId === 'lost-on-reload').map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 5 }, () => 'pass'),
    );
  });

  it('passes the goodbye of the origin on to every client', () => {
    for (const { sockets } of survivals.filter(({ caseId }) => caseId === 'origin-drain'))
      expect(new Set(sockets.map(({ end, closeCode }) => `${end} ${closeCode}`))).toEqual(new Set(['close-frame 1001']));
  });
});
