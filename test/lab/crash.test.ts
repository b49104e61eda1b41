import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { nginx } from '../../containers/nginx/service.ts';
import { judge } from '../../harness/gate/gate.ts';
import { defineScenario, playCases } from '../../harness/index.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { Path } from '../../harness/model/path.ts';
import type { CrashEvidence } from '../../harness/model/crash-evidence.ts';
import { startTopology } from '../../harness/run/live-topology.ts';
import { RunFolder } from '../../harness/run/run-folder.ts';
import { recordLogs } from '../../harness/run/stimulus.ts';
import { closingCases } from '../../scenarios/closing/cases.ts';
import { only, pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';
import { runInNetns, through } from './run-in-netns.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Passes bytes on until one connection asks for the case that it dies of. */
const ABORTING = `
import { connect, createServer } from 'node:net';
createServer((client) => {
  client.on('error', () => client.destroy());
  client.once('data', (head) => {
    if (head.toString('latin1').includes('client-fin-idle')) process.abort();
    const origin = connect({ port: 9000, host: 'origin' });
    origin.on('error', () => client.destroy());
    client.on('close', () => origin.destroy());
    origin.on('close', () => client.destroy());
    origin.write(head);
    client.pipe(origin).pipe(client);
  });
}).listen(8080);
`;

const CASES = ['client-close-idle', 'client-fin-idle', 'origin-close-idle', 'origin-fin-idle'];

/** Plays a few endings, one after the other. */
const endings = (id: string, ids: readonly string[]) =>
  defineScenario({
    id,
    title: id,
    about: '',
    defaults: {},
    run: async (context) => {
      const cases = closingCases.filter((one) => ids.includes(one.id));
      for (const live of context.paths) await context.stimulus(live, () => playCases(context, live, cases, { scenario: id, atOnce: 1 }));
    },
  });

describe('a proxy that ends by itself', () => {
  it('is found and named with what its log says, and runs again for the next scenario', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'hopscope-crash-'));
    try {
      const config = join(dir, 'proxy.ts');
      writeFileSync(config, ABORTING);
      const proxies = [{ ...proxyNamed('aborts'), service: 'node-proxy', config, configLabel: 'proxy.ts' }];
      const path: Path = { ...pathOf('aborts', ['aborts']), proxies };
      const scenarios = [endings('first', CASES), endings('second', ['client-close-idle', 'origin-close-idle'])];
      const { evidence, findings } = await runInNetns(scenarios, {}, [path]);
      expect(evidence.absences).toEqual([]);
      expect(evidence.crashes).toMatchObject([{ path: 'aborts', scenario: 'first', host: 'aborts', what: 'program', signal: 'SIGABRT' }]);
      const crash = findings.find(({ auditId }) => auditId === 'crashed-proxy');
      expect(crash).toMatchObject({ scenario: 'first', outcome: 'fail', blame: { host: 'aborts', confidence: 'certain' } });
      expect(crash?.summary).toMatch(/ended by itself while it served \(SIGABRT\).*refused/);
      const blamed = findings.flatMap(({ outcome, blame }) => (outcome === 'fail' ? (blame?.host ?? 'unknown') : []));
      expect(blamed.filter((host) => host !== 'aborts' && host !== 'unknown')).toEqual([]);
      const later = evidence.plays.filter((play) => play.path === 'aborts' && play.scenario === 'second');
      expect(later.map(({ outcome }) => outcome.kind)).toEqual(['upgraded', 'upgraded']);
      expect(findings.filter(({ scenario, outcome }) => scenario === 'second' && outcome !== 'pass')).toEqual([]);
      const policy = { allow: [], inconclusive: 'allow' } as const;
      const judged = judge({ paths: [pathOf('direct', [], [], 2), path], findings, scenarios, policy, absences: evidence.absences });
      expect([judged.verdict, judged.exitCode]).toEqual(['fail', 1]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is told from one that loses a worker and goes on', async () => {
    const [dir, scratchDir] = [mkdtempSync(join(tmpdir(), 'hopscope-crash-')), makeScratchDir()];
    try {
      const settings = { packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined };
      await using lab = await NetnsLab.start(settings);
      const path = through('nginx', 'nginx', 'upgrade-map.conf');
      const services = new Map([['nginx', nginx]]);
      const recorded: CrashEvidence[] = [];
      const folder = new RunFolder(dir);
      folder.append = (kind, value) => void (kind === 'crashes' && recorded.push(value as CrashEvidence));
      const paths = [pathOf('direct', [], [], 2), path];
      const live = await startTopology(lab, only(paths), { packageRoot: ROOT, services, folder, congestionControl: 'reno' });
      const running = (await live.proxies.get('nginx')?.started.processes()) ?? [];
      const worker = running.findLast(({ parentPid }) => running.some(({ pid }) => pid === parentPid));
      await live.proxies.get('nginx')?.started.signal('SIGSEGV', worker === undefined ? [] : [worker.pid]);
      for (let look = 0; look < 100 && recorded.length === 0; look += 1) {
        await sleep(20);
        await recordLogs({ path, live }, 'scenario', folder);
      }
      expect(recorded).toMatchObject([{ path: 'nginx', scenario: 'scenario', host: 'nginx', what: 'worker', signal: 'SIGSEGV' }]);
      expect(live.proxies.get('nginx')?.life.hasEndedByItself).toBe(false);
    } finally {
      for (const one of [scratchDir, dir]) rmSync(one, { recursive: true, force: true });
    }
  });
});
