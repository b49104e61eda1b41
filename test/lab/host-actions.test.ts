import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { HostActionKind } from '../../harness/model/action-evidence.ts';
import type { ProxyHost } from '../../harness/model/path.ts';
import type { ProxyService } from '../../harness/model/service.ts';
import { HostActions } from '../../harness/run/actions.ts';
import { startTopology, type LiveTopology } from '../../harness/run/live-topology.ts';
import { RunFolder } from '../../harness/run/run-folder.ts';
import { addressOf, networksOf } from '../../harness/lab/topology.ts';
import { only, pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVICES = [haproxy, nginx, nodeProxy];

const subject = (service: ProxyService, config: string): ProxyHost => ({
  ...proxyNamed(service.name),
  service: service.name,
  config: join(ROOT, 'containers', service.name, 'configs', config),
  configLabel: config,
});

const PATHS = [
  pathOf('direct', [], [], 2),
  { ...pathOf('haproxy', ['haproxy']), proxies: [subject(haproxy, 'plain.cfg')] },
  { ...pathOf('nginx', ['nginx']), proxies: [subject(nginx, 'upgrade-map.conf')] },
  { ...pathOf('node-proxy', ['node-proxy']), proxies: [subject(nodeProxy, 'http-proxy-ws.ts')] },
];

describe('actions on hosts', () => {
  let lab: NetnsLab;
  let live: LiveTopology;
  let actions: HostActions;
  const scratchDir = makeScratchDir();
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-actions-'));
  const settings = { packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined };
  beforeAll(async () => {
    lab = await NetnsLab.start(settings);
    const services = new Map(SERVICES.map((service) => [service.name, service]));
    live = await startTopology(lab, only(PATHS), { packageRoot: ROOT, services, folder: new RunFolder(dir), congestionControl: 'reno' });
    actions = new HostActions(live);
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    for (const one of [scratchDir, dir]) rmSync(one, { recursive: true, force: true });
  });

  const act = (host: string, kind: HostActionKind) => actions.act({ host, do: kind }, 'reload');
  const pids = async (host: string) => (await live.proxies.get(host)?.started.processes())?.map(({ pid }) => pid) ?? [];

  /** Whether a new handshake over this path is answered with 101 and its echo comes. */
  async function shakesHands(host: string, waitMs = 1000): Promise<boolean> {
    const of = live.topology.hosts.find(({ name }) => name === host);
    const network = of === undefined ? undefined : networksOf(live.topology, of)[0];
    if (of === undefined || network === undefined) throw new Error(`no host ${host}`);
    const { sockets } = await live.driver.request({
      kind: 'idle',
      sockets: [
        {
          endpoint: {
            host: addressOf(live.topology, of, network),
            port: host === 'origin' ? 9000 : 8080,
            tls: false,
            serverName: 'hopscope.test',
            target: '/socket',
            hostHeader: 'hopscope.test',
          },
          mode: 'idle',
          intervalMs: 100,
        },
      ],
      holdMs: 10,
      answerMs: waitMs,
      deadlineMs: waitMs,
    });
    return sockets[0]?.afterHold?.answeredAtMs != null;
  }

  it.each(['haproxy', 'nginx'])('tells %s to reload, and new processes are there', async (host) => {
    const before = await pids(host);
    const done = await act(host, 'reload');
    expect(done.endedAtMs).not.toBeNull();
    expect((await pids(host)).some((pid) => !before.includes(pid))).toBe(true);
    expect(await shakesHands(host)).toBe(true);
  });

  it('upgrades nginx, and a new program has taken over', async () => {
    const [main] = await pids('nginx');
    expect((await act('nginx', 'upgrade')).endedAtMs).not.toBeNull();
    await actions.restore();
    expect(await pids('nginx')).not.toContain(main);
    expect(await shakesHands('nginx')).toBe(true);
  });

  it.each(['haproxy', 'nginx', 'node-proxy'])('kills %s and starts it again in the same host', async (host) => {
    await act(host, 'kill');
    expect(await pids(host)).toEqual([]);
    expect(await shakesHands(host, 300)).toBe(false);
    await act(host, 'start');
    expect(await shakesHands(host)).toBe(true);
    expect(await live.proxies.get(host)?.life.lastWords('reload')).toBeNull();
  });

  it.each(['haproxy', 'nginx', 'node-proxy'])('stops %s in order, and makes it whole again when asked to', async (host) => {
    expect((await act(host, 'stop')).endedAtMs).not.toBeNull();
    expect(await pids(host)).toEqual([]);
    await actions.restore();
    expect(await shakesHands(host)).toBe(true);
  });

  it.each(['haproxy', 'nginx', 'node-proxy', 'origin'])('freezes %s, which answers no more until it is thawed', async (host) => {
    await act(host, 'freeze');
    expect(await shakesHands(host, 200)).toBe(false);
    await actions.restore();
    expect(await shakesHands(host)).toBe(true);
  });

  it('kills the origin and the driver, and both can be spoken to again', async () => {
    await act('origin', 'kill');
    await act('client', 'kill');
    expect(await Promise.allSettled([live.origin.take(), live.driver.ready()])).toMatchObject([{ status: 'rejected' }, {}]);
    await actions.restore();
    expect(await shakesHands('haproxy')).toBe(true);
    expect((await live.origin.take()).length).toBeGreaterThan(0);
  });

  it('refuses what a host cannot do', async () => {
    expect(actions.possible('node-proxy')).not.toContain('reload');
    await expect(act('node-proxy', 'reload')).rejects.toMatchObject({ code: 'DRIVE_ERR_PROTOCOL' });
  });
});
