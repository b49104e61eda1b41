import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCandidateRunner } from '../../harness/cli/candidate-runner.ts';
import { servicesByName } from '../../harness/cli/drive-subjects.ts';
import { openLab } from '../../harness/cli/open-lab.ts';
import { surroundingsOf, standUp, type StoodSubject } from '../../harness/cli/stand-up.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { ProxyService } from '../../harness/model/service.ts';
import type { Provision, World } from '../../harness/model/world.ts';
import { planWorld } from '../../harness/world/plan-world.ts';
import { readSubject } from '../../harness/world/read-subject.ts';
import { RunNames } from '../../harness/world/subject-paths.ts';
import { treeWith } from '../../harness/world/with-tree.ts';
import { request } from '../unit/world/request.ts';
import { PROXY, WorldLab } from './world-lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'hopscope-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return name;
}

const read = (name: string) => readSubject(request({ written: [name], workingFolder: folder }));
const serviceOf = (name: string): ProxyService => {
  const service = servicesByName.get(name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
};

describe("a user's own config, as a check plans its world", () => {
  let lab: WorldLab;
  beforeAll(async () => {
    lab = await WorldLab.start();
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  async function start(name: string): Promise<{ readonly world: World; readonly provisions: readonly Provision[] }> {
    const subject = await read(name);
    const service = serviceOf(subject.service);
    const planned = await planWorld(subject, surroundingsOf(service, subject));
    await lab.startProxy(service, planned.world, { port: planned.world.ownPorts[0] ?? 8080 });
    return planned;
  }

  it('is a script that imports a package of ours and brings none along', async () => {
    const script = `const proxy = require('http-proxy').createProxyServer({ target: 'http://app:3000', ws: true });
const server = require('http').createServer((request, response) => proxy.web(request, response));
server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head));
server.listen(8080);
`;
    const { provisions } = await start(write('script/proxy.cjs', script));
    expect(provisions.filter(({ what }) => what === 'package').map(({ how, name }) => [how, name])).toEqual([['made', 'http-proxy']]);
    expect(await lab.opens(`ws://${PROXY}:8080/ws`)).toBe('open');
  });

  it('is a module that imports ws', async () => {
    const script = `import { WebSocketServer } from 'ws';
new WebSocketServer({ port: 8080 }).on('connection', (socket) => socket.close());
`;
    await start(write('module/proxy.mjs', script));
    expect(await lab.opens(`ws://${PROXY}:8080/ws`)).toBe('open');
  });

  it.skipIf(!existsSync('/usr/lib/apache2/modules'))('is an Apache that keeps modules elsewhere, and whose logs come out', async () => {
    const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel'];
    const config = `ServerRoot /etc/httpd
${modules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}
PidFile /run/httpd/httpd.pid
ServerName edge
User apache
Group apache
Listen 8080
ErrorLog logs/main
<VirtualHost *:8080>
ErrorLog /var/log/httpd/chat-errors
CustomLog /var/log/httpd/chat "OWN-LINE %r"
ProxyPass / http://app:3000/ upgrade=websocket
</VirtualHost>
`;
    const { provisions } = await start(write('etc/httpd/conf/httpd.conf', config));
    expect(provisions.filter(({ what }) => what === 'module').map(({ how }) => how)).toEqual(modules.map(() => 'made'));
    expect(await lab.opens(`ws://${PROXY}:8080/ws`)).toBe('open');
    await expect.poll(() => lab.log).toContain('OWN-LINE GET /ws');
  });
});

describe('candidates of a config', () => {
  const HAPROXY = `defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend edge
  bind :8080
  default_backend app
backend app
  server one app:3000
`;

  async function stand(): Promise<StoodSubject> {
    const subject = await read(write('candidates/haproxy.cfg', HAPROXY));
    await using opened = await openLab('netns', {
      packageRoot: join(import.meta.dirname, '../..'),
      scratchDir: makeScratchDir(),
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: () => undefined,
    });
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    const octets = [160, 161, 162].values();
    const signal = new AbortController().signal;
    return await standUp(subject, serviceOf('haproxy'), {
      lab: opened.lab,
      logs,
      names: new RunNames(),
      octets,
      signal,
      onProgress: () => undefined,
    });
  }

  it('are told apart: one opens, one refuses the upgrade, one is refused by its proxy', async () => {
    const stood = await stand();
    const { tree } = stood.subject;
    const having = (text: string) => treeWith(tree, tree.main, text);
    await using runner = openCandidateRunner({
      stood,
      paths: stood.paths,
      scenarios: ['opening-handshake'],
      policy: { allow: [], inconclusive: 'refuse' },
      seed: 1,
      factor: 1,
      signal: new AbortController().signal,
    });
    const denies = HAPROXY.replace('  default_backend', '  http-request deny if { req.hdr(upgrade) -i websocket }\n  default_backend');
    const tried = await runner.try([
      { id: 'as it is', tree },
      { id: 'denies', tree: having(denies) },
      { id: 'nonsense', tree: having(HAPROXY.replace('bind', 'bnid')) },
      { id: 'the same', tree: having(HAPROXY) },
    ]);
    expect(tried.map(({ id, status }) => [id, status])).toEqual([
      ['as it is', 'tried'],
      ['denies', 'tried'],
      ['nonsense', 'rejected'],
      ['the same', 'tried'],
    ]);
    const [asItIs, denied, nonsense] = tried;
    const path = stood.paths.find(({ proxies }) => proxies.length > 0)?.id ?? '';
    const refusals = (one: (typeof tried)[number] | undefined) =>
      one?.findings.filter(({ auditId, outcome }) => auditId === 'refused-upgrade' && outcome === 'fail').map((finding) => finding.path);
    expect(refusals(asItIs)).toEqual([]);
    expect(new Set(refusals(denied))).toEqual(new Set([path]));
    expect([...(denied?.fingerprints.keys() ?? [])]).toEqual([path]);
    expect(nonsense?.because).toContain("'bnid'");
    expect([runner.runs, runner.cached]).toEqual([3, 1]);
  });
});
