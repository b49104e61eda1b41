import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { steadyProfile } from '../../harness/measure/steady-profile.ts';
import type { LegEvidence, SocketEvidence } from '../../harness/model/wire-evidence.ts';
import { runScenarios } from '../../harness/run/run.ts';
import { RunFolder } from '../../harness/run/run-folder.ts';
import { defineScenario, type Scenario } from '../../harness/run/scenario.ts';
import { UNSCALED } from '../../harness/run/time-scale.ts';
import { pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const CONNECTIONS = 6;

const spread = defineScenario({
  id: 'spread',
  title: '',
  about: '',
  defaults: {},
  capture: 'headers',
  sampleSockets: true,
  run: async (context) => {
    const shape = { connections: CONNECTIONS, messagesPerSecond: 60, durationMs: 900, payloadBytes: 32, seed: 1 };
    const profile = { ...steadyProfile(shape), sources: 3 };
    for (const path of context.paths)
      await context.stimulus(path, async () => {
        await path.load({ profile, openingMs: 2000, maxUpgradeFailures: 3 });
      });
  },
}) as Scenario;

it('connections from every address of a client belong to the legs of their path, and to its sockets', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-run-'));
  const scratchDir = makeScratchDir();
  const folder = new RunFolder(dir);
  try {
    await using lab = await NetnsLab.start({
      ...{
        packageRoot: ROOT,
        scratchDir,
        evidenceDir: dir,
        sessionId: sessionName(),
        congestionControl: 'reno',
        onProgress: () => undefined,
      },
    });
    const config = join(ROOT, 'containers/haproxy/configs/plain.cfg');
    const paths = [
      pathOf('direct', [], [], 2),
      { ...pathOf('a', ['proxy-a']), proxies: [{ ...proxyNamed('proxy-a'), config, configLabel: 'plain.cfg' }], clientAddresses: 3 },
    ];
    await runScenarios(lab, {
      ...{ packageRoot: ROOT, services: new Map([[haproxy.name, haproxy]]), folder, congestionControl: 'reno', timeScale: UNSCALED, paths },
      ...{ scenarios: [{ scenario: spread, options: {} }], seed: 1, capture: { capture: 'headers', headerBytes: 128, megabytes: 16 } },
      ...{ signal: new AbortController().signal, onProgress: () => undefined, loads: {} },
    });
    folder.close();
    const linesOf = <T>(kind: string): readonly T[] =>
      readFileSync(join(dir, 'evidence', `${kind}.ndjson`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as T);
    const [legs, sockets] = [linesOf<LegEvidence>('legs'), linesOf<SocketEvidence>('sockets')];
    for (const [path, leg] of [
      ['direct', 'client-origin'],
      ['a', 'client-proxy-a'],
    ]) {
      const own = legs.filter((one) => one.path === path && one.leg === leg);
      const addresses = own.map(({ near, far }) => [near?.a, far?.a].map((end) => end?.replace(/:\d+$/, '')).join(' '));
      expect(addresses.toSorted()).toEqual(['10', '10', '11', '11', '12', '12'].map((octet) => `10.100.0.${octet} 10.100.0.${octet}`));
      const ends = sockets.filter((one) => one.path === path && one.host === 'client').map(({ local }) => local.replace(/:\d+$/, ''));
      expect(new Set(ends)).toEqual(new Set(['10.100.0.10', '10.100.0.11', '10.100.0.12']));
    }
  } finally {
    for (const one of [scratchDir, dir]) rmSync(one, { recursive: true, force: true });
  }
});
