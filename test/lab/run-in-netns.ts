import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import { auditRun } from '../../harness/audits/run-audits.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { Finding } from '../../harness/model/finding.ts';
import type { Path } from '../../harness/model/path.ts';
import { RECORD_SCHEMA_VERSION } from '../../harness/model/record.ts';
import { type RunPlan, runScenarios } from '../../harness/run/run.ts';
import { RunFolder, readRunFolder, type EvidenceSet } from '../../harness/run/run-folder.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { scalePaths } from '../../harness/run/time-scale.ts';
import { pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A path through one proxy with one of our own configs. */
export const through = (id: string, service: 'haproxy' | 'nginx', config: string, more: Partial<Path> = {}): Path => ({
  ...pathOf(id, [id]),
  proxies: [{ ...proxyNamed(id), service, config: join(ROOT, 'containers', service, 'configs', config), configLabel: config }],
  ...more,
});

interface Ran {
  readonly evidence: EvidenceSet;
  readonly findings: readonly Finding[];
}

/** Runs one scenario, or several, over the paths and the direct one in a lab of its own, and judges what was recorded. */
export async function runInNetns(
  scenarios: Scenario | readonly Scenario[],
  options: object,
  paths: readonly Path[],
  factor = 1,
  more: Partial<Pick<RunPlan, 'loads' | 'signal' | 'onProgress'>> = {},
): Promise<Ran> {
  const scratchDir = makeScratchDir();
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-run-'));
  const services = new Map([haproxy, nginx, nodeProxy].map((service) => [service.name, service]));
  const all = [pathOf('direct', [], [], 2), ...paths];
  const scaled = scalePaths(all, services, { factor, isRealTime: false }, join(dir, 'scaled'));
  const folder = new RunFolder(dir);
  try {
    await using lab = await NetnsLab.start({
      packageRoot: ROOT,
      scratchDir,
      evidenceDir: dir,
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: () => undefined,
    });
    await runScenarios(lab, {
      packageRoot: ROOT,
      services,
      folder,
      congestionControl: 'reno',
      timeScale: scaled.timeScale,
      paths: scaled.paths,
      scenarios: [scenarios].flat().map((scenario) => ({ scenario, options: { ...scenario.defaults, ...options } })),
      seed: 1,
      capture: { capture: 'off', headerBytes: 128, megabytes: 16 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...more,
    });
    folder.writeFacts({
      schemaVersion: RECORD_SCHEMA_VERSION,
      tool: { name: 'hopscope', version: '0' },
      run: { id: 'test', startedAt: '', elapsedMs: 0, interrupted: false, seed: 1, specLabel: '', timeScaleNote: scaled.note },
      lab: { kind: 'netns', because: '', versions: {} },
      machine: { kernel: '', cpus: 1, node: '', congestionControl: 'reno' },
      scenarios: [],
      paths: all,
      policy: { allow: [], inconclusive: 'refuse' },
    });
    const { evidence } = await readRunFolder(dir);
    return { evidence, findings: auditRun(all, evidence).findings };
  } finally {
    folder.close();
    for (const one of [scratchDir, dir]) rmSync(one, { recursive: true, force: true });
  }
}
