import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { services } from '../../harness/cli/services.ts';
import { inProgramRoot, isMade, programRootOf } from '../../harness/lab/program-root.ts';
import type { ProxyLogEntry, ProxyService, ServicePlacement } from '../../harness/model/service.ts';
import { FIRST_FRAME, handshake, openStage, plainGet, type Stage } from './loopback-stage.ts';

/** A config of each subject that gets everything right, and a line that its program refuses, with the line number that it must name. */
interface Subject {
  readonly name: string;
  readonly config: string;
  readonly wrong: string;
  readonly line: number;
  readonly broken: string;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'apache',
    config: 'upgrade-websocket.conf',
    wrong: '# one\nInclude /etc/hopscope/modules.inc\nNonsense On\n',
    line: 3,
    broken: 'no-upgrade.conf',
  },
  { name: 'apache', config: 'wstunnel.conf', wrong: 'Include /etc/hopscope/modules.inc\nProxyPass\n', line: 2, broken: 'no-upgrade.conf' },
  {
    name: 'caddy',
    config: 'reverse-proxy.Caddyfile',
    wrong: ':8080 {\n\treverse_proxy origin:9000\n\tnonsense on\n}\n',
    line: 3,
    broken: 'stripped-headers.Caddyfile',
  },
  {
    name: 'varnish',
    config: 'pipe.vcl',
    wrong: 'vcl 4.1;\nbackend a { .host = "origin"; .port = "9000"; }\nsub vcl_recv {\n  return (pip);\n}\n',
    line: 4,
    broken: 'no-pipe.vcl',
  },
  { name: 'nghttpx', config: 'upgrade.conf', wrong: 'frontend=*,8080;no-tls\nnonsense=1\n', line: 2, broken: 'h2-backend.conf' },
  {
    name: 'lighttpd',
    config: 'upgrade.conf',
    wrong: 'server.port = 8080\nserver.document-root = "/run"\n)\n',
    line: 3,
    broken: 'no-upgrade.conf',
  },
  { name: 'h2o', config: 'websocket.conf', wrong: 'listen:\n  port: 8080\nnonsense: ON\n', line: 3, broken: 'no-websocket.conf' },
];

const CONTAINERS = join(import.meta.dirname, '../../containers');
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const serviceOf = (name: string): ProxyService => {
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
};

/** A stage with the subject's configs and one that is wrong. */
async function stageOf({ name, wrong }: Subject, singleUser = false): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'hopscope-subject-'));
  folders.push(folder);
  await cp(join(CONTAINERS, name, 'configs'), folder, { recursive: true });
  await writeFile(join(folder, 'wrong.conf'), wrong);
  return await openStage(folder, { singleUser });
}

async function placementOf(stage: Stage, service: ProxyService, config: string, singleUser = false): Promise<ServicePlacement> {
  const { stdout, stderr } = await stage.run(service.versionArgv(service.program));
  const configText = await readFile(join(CONTAINERS, service.name, 'configs', config), 'utf8').catch(() => '');
  return {
    configPath: `/etc/hopscope/${config}`,
    tlsBundlePath: '',
    tlsCertPath: '',
    tlsKeyPath: '',
    program: service.program,
    singleUser,
    versionOutput: `${stdout}${stderr}`,
    configText,
  };
}

const entries = (service: ProxyService, lines: readonly string[]): readonly ProxyLogEntry[] =>
  lines.flatMap((line) => service.parseLog(line) ?? []);

describe.each(SUBJECTS)('$name with $config', (subject) => {
  const service = serviceOf(subject.name);

  it('relays an upgrade and ordinary requests, and logs both', async () => {
    await using stage = await stageOf(subject);
    const at = await placementOf(stage, service, subject.config);
    expect(service.parseVersion(at.versionOutput)).toMatch(/^\d+\.\d+/);
    expect((await stage.run(service.checkArgv(at) ?? ['false'])).code).toBe(0);
    expect(await stage.start('proxy', service.startArgv(at), 8080)).toBe(true);
    await stage.log('proxy', (line) => service.isReady?.(line) !== false);
    const upgraded = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' });
    expect(upgraded.received).toMatch(/^HTTP\/1\.1 101 /);
    expect((await stage.exchange({ send: plainGet('/page'), until: 'plain' })).received).toContain('plain');
    const isPage = (line: string): boolean => service.parseLog(line)?.target === '/page' && service.parseLog(line)?.kind === 'access';
    const log = entries(service, await stage.log('proxy', isPage));
    expect(log.find(({ kind, target }) => kind === 'access' && target === '/page')).toMatchObject({ status: 200 });
    const tunnel = log.find(({ kind, target }) => kind === 'access' && target === '/socket');
    expect([101, null]).toContain(tunnel?.status);
    expect(tunnel?.clientPort).toBeGreaterThan(0);
  });

  it('has a broken config whose readConfig points at a line, and says so itself when a line is wrong', async () => {
    await using stage = await stageOf(subject);
    const lines = service.readConfig(await readFile(join(CONTAINERS, subject.name, 'configs', subject.broken), 'utf8'), subject.broken);
    expect(lines.some(({ symptom }) => symptom === 'drops-upgrade')).toBe(true);
    const broken = await placementOf(stage, service, subject.broken);
    expect(await stage.start('broken', service.startArgv(broken), 8080)).toBe(true);
    const { received } = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' });
    expect(received).toMatch(/^HTTP\/1\.1 (?!101)/);
    const wrong = await placementOf(stage, service, 'wrong.conf');
    const refused = await stage.run(service.checkArgv({ ...wrong, configText: subject.wrong }) ?? ['true']);
    expect(refused.code).not.toBe(0);
    expect(service.parseRejection(refused).line).toBe(subject.line);
  });
});

it.each(SUBJECTS.filter(({ config }) => config !== 'wstunnel.conf'))('$name runs where there is one user only', async (subject) => {
  const service = serviceOf(subject.name);
  await using stage = await stageOf(subject, true);
  const at = await placementOf(stage, service, subject.config, true);
  expect(await stage.start('proxy', service.startArgv(at), 8080)).toBe(true);
  expect((await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' })).received).toMatch(/^HTTP\/1\.1 101 /);
});

it('Caddy 2.6 loses a frame that comes together with the request', async () => {
  const subject = SUBJECTS[2] as Subject;
  await using stage = await stageOf(subject);
  await stage.start('proxy', serviceOf('caddy').startArgv(await placementOf(stage, serviceOf('caddy'), subject.config)), 8080);
  const { origin } = await stage.exchange({ send: handshake('/socket') + FIRST_FRAME, limitMs: 500 });
  expect(origin[0]?.endsWith('\r\n\r\n')).toBe(true);
});

const haproxy3 = programRootOf(serviceOf('haproxy'), '3.0');
const nginx126 = programRootOf(serviceOf('nginx'), '1.26');

it.each([
  [haproxy3, 'tunnel-timeout.cfg'],
  [nginx126, 'upgrade-map.conf'],
] as const)('another version runs from the /usr of its Debian release, which nobody else sees', async (root, config) => {
  if (root === null || !isMade(root)) throw new Error('not made: run hopscope setup --versions');
  const { service } = root;
  await using stage = await openStage(join(CONTAINERS, service.name, 'configs'));
  const { stdout, stderr } = await stage.run([...inProgramRoot(root), ...service.versionArgv(service.program)]);
  const versionOutput = `${stdout}${stderr}`;
  expect(service.parseVersion(versionOutput)?.startsWith(`${root.version}.`)).toBe(true);
  const own = await stage.run(service.versionArgv(service.program));
  expect(service.parseVersion(`${own.stdout}${own.stderr}`)?.startsWith(`${root.version}.`)).toBe(false);
  const at = { ...(await placementOf(stage, service, config)), versionOutput };
  expect(await stage.start('proxy', [...inProgramRoot(root), ...service.startArgv(at)], 8080)).toBe(true);
  expect((await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' })).received).toMatch(/^HTTP\/1\.1 101 /);
});
