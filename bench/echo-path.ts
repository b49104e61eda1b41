import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { DriverClient } from '../harness/drive/driver-client.ts';
import { OriginClient } from '../harness/drive/origin-client.ts';
import type { RunningHost, RunningTopology } from '../harness/lab/lab.ts';
import { NetnsLab } from '../harness/lab/netns/netns-lab.ts';
import { programPath } from '../harness/lab/program-path.ts';
import { makeScratchDir, sessionName } from '../harness/lab/session.ts';
import { planTopologies, type Topology } from '../harness/lab/topology.ts';
import { foldLoad } from '../harness/measure/fold-load.ts';
import type { LoadTotals } from '../harness/model/evidence.ts';
import type { Impairment } from '../harness/model/impairment.ts';
import type { LoadProfile, LoadResult } from '../harness/model/load.ts';
import { HostShell, SHELL_ARGV } from '../harness/probes/host-shell.ts';

const ROOT = join(import.meta.dirname, '..');
const PORT = 9000;
const OPENING_MS = 30_000;

/** Client, one link and origin in namespaces, with the project's own driver and echo origin in them. */
export interface EchoPath extends AsyncDisposable {
  readonly client: RunningHost;
  /** A shell at each end, for what watches. */
  readonly shells: Readonly<Record<'client' | 'origin', HostShell>>;
  /** A private folder that goes with the path. */
  readonly folder: string;
  load(profile: LoadProfile): Promise<LoadTotals & LoadResult>;
}

const topologyOf = (impairments: readonly Impairment[]): Topology => {
  const [topology] = planTopologies([
    {
      ...{ id: 'direct', title: 'direct', about: '', proxies: [], links: [{ name: 'link', impairments }] },
      ...{ origin: 'echo', target: '/socket', httpBase: '', tls: false, port: PORT, expect: [], control: 'direct', incident: null },
    },
  ]);
  if (topology === undefined) throw new Error('one path is one topology');
  return topology;
};

/** Needs what the netns lab needs (`hopscope doctor`). Dispose it, and nothing is left. */
export async function openEchoPath(impairments: readonly Impairment[]): Promise<EchoPath> {
  await using stack = new AsyncDisposableStack();
  const scratchDir = makeScratchDir();
  stack.defer(() => rmSync(scratchDir, { recursive: true, force: true }));
  const settings = { packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined };
  const lab = stack.use(await NetnsLab.start(settings));
  const running = await lab.bringUp(topologyOf(impairments));
  const [client, origin] = [hostOf(running, 'client'), hostOf(running, 'origin')];
  const log = (name: string): string => join(scratchDir, `${name}.log`);
  const originArgs = ['--port', String(PORT), '--static-port', '8000'];
  const originProgram = await origin.startScript(programPath(ROOT, 'containers/echo/main'), originArgs, log('origin'));
  const driverProgram = await client.startScript(programPath(ROOT, 'harness/drive/main'), [], log('driver'));
  const driver = new DriverClient(driverProgram.stdin, driverProgram.stdout, driverProgram.exited);
  await new OriginClient(originProgram.stdin, originProgram.stdout, originProgram.exited).ready();
  await driver.ready();
  const shellIn = async (host: RunningHost): Promise<HostShell> =>
    new HostShell(await host.startProgram(SHELL_ARGV, log(`${host.name}-shell`)));
  const shells = { client: await shellIn(client), origin: await shellIn(origin) };
  const endpoint = { host: 'origin', port: PORT, tls: false, serverName: 'origin', target: '/socket', hostHeader: `origin:${PORT}` };
  const opened = stack.move();
  return {
    ...{ client, shells, folder: scratchDir },
    load: async (profile) => {
      const reply = await driver.request<'load'>({
        ...{ kind: 'load', endpoint, profile, sourceAddresses: [], shard: { index: 0, of: 1 }, startInMs: 0 },
        ...{ openingMs: OPENING_MS, maxUpgradeFailures: 5, bucketMs: 1000 },
      });
      return { ...foldLoad(reply.series), ...reply };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function hostOf(running: RunningTopology, name: string): RunningHost {
  const host = running.hosts.get(name);
  if (host === undefined) throw new Error(`host ${name} is not up`);
  return host;
}
