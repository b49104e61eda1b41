import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineClient, type Container, type Dockerode } from '../../harness/lab/docker/docker-client.ts';
import { ensureToolsImage } from '../../harness/lab/docker/images.ts';
import { labelsOf } from '../../harness/lab/docker/labels.ts';
import { acquireEngine, type Engine } from '../../harness/lab/docker/private-engine.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { LoadEvidence } from '../../harness/model/evidence.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { hopscope } from '../e2e/hopscope-process.ts';

/*
 * The flow of docs/kubernetes.md with containers in the place of pods: an index from JOB_COMPLETION_INDEX, a barrier at a name of its own, nobody's user, a
 * root that cannot be written to, and results in the logs.
 */

const packageRoot = resolve(import.meta.dirname, '../..');
const scratch = makeScratchDir();
const session = sessionName();
const DRIVERS = 3;
const LOAD = 'version: 1\nloads:\n  steady: { connections: 12, messages: 90, durationMs: 1500, payloadBytes: 48, compared: false }\n';

let engine: Engine;
let dockerode: Dockerode;
let image: string;
let network: Awaited<ReturnType<Dockerode['createNetwork']>>;
const containers: Container[] = [];

async function start(name: string, argv: readonly string[], env: readonly string[] = []): Promise<Container> {
  const container = await dockerode.createContainer({
    Image: image,
    name: `${session}-${name}`,
    Hostname: name,
    Labels: { ...labelsOf(session) },
    User: '65532:65532',
    Env: [...env],
    Entrypoint: ['node'],
    Cmd: [...argv],
    OpenStdin: true,
    HostConfig: {
      Binds: [
        `${packageRoot}:${packageRoot}:ro`,
        `${process.execPath}:/usr/local/bin/node:ro`,
        `${join(scratch, 'load.yaml')}:/etc/hopscope/load.yaml:ro`,
      ],
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
    },
    NetworkingConfig: { EndpointsConfig: { [network.id]: { Aliases: [name] } } },
  });
  containers.push(container);
  await container.start();
  return container;
}

/** What `docker logs` prints: the engine frames each piece with 8 bytes, the last four of which are its length. */
async function logOf(container: Container): Promise<Buffer> {
  const log: unknown = await container.logs({ stdout: true, stderr: true, follow: false });
  const framed = Buffer.isBuffer(log) ? log : Buffer.alloc(0);
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= framed.length; at += 8 + framed.readUInt32BE(at + 4))
    pieces.push(framed.subarray(at + 8, at + 8 + framed.readUInt32BE(at + 4)));
  return Buffer.concat(pieces);
}

beforeAll(async () => {
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, 'load.yaml'), LOAD, { mode: 0o644 });
  engine = await acquireEngine(() => undefined);
  ({ dockerode } = (await engineClient()).container);
  image = await ensureToolsImage(dockerode, { packageRoot, onProgress: () => undefined });
  network = await dockerode.createNetwork({ Name: session, Labels: { ...labelsOf(session) } });
}, 300_000);

afterAll(async () => {
  await Promise.all(containers.map((container) => container.remove({ force: true })));
  await network?.remove();
  await engine[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

/** Runs so many driver containers against the origin and merges their logs. */
async function driveAndMerge(drivers: number, name: string): Promise<{ readonly record: RunRecord; readonly load: LoadEvidence }> {
  const main = join(packageRoot, 'harness/cli/main.ts');
  const barrier = `${name}-0:7070`;
  const argv = [
    main,
    'drive',
    '--url',
    'ws://origin:9000/socket',
    '--spec',
    '/etc/hopscope/load.yaml',
    '--load',
    'steady',
    '--barrier',
    barrier,
  ];
  const started = await Promise.all(
    Array.from({ length: drivers }, (_, index) =>
      start(`${name}-${String(index)}`, argv, [
        `JOB_COMPLETION_INDEX=${String(index)}`,
        `HOPSCOPE_SHARDS=${String(drivers)}`,
        'HOPSCOPE_RUN_ID=run-1',
      ]),
    ),
  );
  const codes = await Promise.all(
    started.map(async (container) => ((await container.wait()) as { readonly StatusCode: number }).StatusCode),
  );
  const logs = await Promise.all(started.map(logOf));
  expect(codes, Buffer.concat(logs).toString('utf8').slice(-2000)).toEqual(started.map(() => 0));
  const file = join(scratch, `${name}.log`);
  writeFileSync(file, Buffer.concat(logs));
  const folder = join(scratch, name);
  const merged = await hopscope(['merge', file, '--out', folder, '--json'], { cwd: scratch });
  const [line = ''] = readFileSync(join(folder, 'evidence/loads.ndjson'), 'utf8').split('\n');
  return { record: JSON.parse(merged.stdout) as RunRecord, load: JSON.parse(line) as LoadEvidence };
}

const totals = ({ attempts, upgraded, upgradeFailures, sent, echoed, missed, corrupted, lostSessions, latency }: LoadEvidence): object => ({
  ...{ attempts, upgraded, upgradeFailures, sent, echoed, missed, corrupted, lostSessions },
  echoes: latency.count,
});

it('three driver containers come to the same totals as one, by their logs', async () => {
  await start('origin', [join(packageRoot, 'containers/echo/main.ts')]);
  const one = await driveAndMerge(1, 'alone');
  const three = await driveAndMerge(DRIVERS, 'fleet');
  expect(totals(one.load)).toMatchObject({ attempts: 12, upgraded: 12, sent: 135, echoed: 135, missed: 0, echoes: 135 });
  expect(totals(three.load)).toEqual(totals(one.load));
  expect(three.record.lab.because).toMatch(/^3 drivers of 3 outside any lab.*started together within \d+ ms/);
  expect(three.record.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
}, 120_000);
