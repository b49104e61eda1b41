import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import { OriginClient } from '../../harness/drive/origin-client.ts';
import type { RunningHost, RunningTopology } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { OPEN_FILES } from '../../harness/lab/open-files.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { addressesOf } from '../../harness/lab/topology.ts';
import { only, pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const CONFIGS = join(ROOT, 'containers/haproxy/configs');

function host(running: RunningTopology, name: string): RunningHost {
  const found = running.hosts.get(name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

/** The limit of the lab, or the hard limit of this process where it may not be raised. */
function filesAllowed(): string {
  const raise = (limit: string): string =>
    execFileSync('sh', ['-c', `ulimit -n ${limit} 2>/dev/null; ulimit -Hn`], { encoding: 'utf8' }).trim();
  try {
    return raise(String(OPEN_FILES));
  } catch {
    return raise('$(ulimit -Hn)');
  }
}

/** Upgrades from each address and gives the addresses that were answered 101. */
const UPGRADE_FROM = (addresses: readonly string[], to: string, port: number): string => `
const done=(a,what)=>console.log(a+' '+what);
for (const a of ${JSON.stringify(addresses)}) {
  const s=require('net').connect({host:'${to}',port:${port},localAddress:a},()=>s.write('GET /socket HTTP/1.1\\r\\nHost: ${to}:${port}\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n'));
  s.on('data',(d)=>{done(a,d.toString('latin1').slice(9,12));s.destroy()}).on('error',(e)=>done(a,e.code));
}`;

describe.each([
  ['IPv4', 'plain.cfg', {}],
  ['IPv6', 'ipv6.cfg', { ipv6: true as const }],
])('a client with three addresses in %s', (_family, config, family) => {
  const scratchDir = makeScratchDir();
  const impairments = [{ kind: 'loss-nth', every: 1000, direction: 'to-origin' }] as const;
  const own = 'ipv6' in family ? [] : impairments;
  const topology = only([
    { ...pathOf('direct', [], own, 2), ...family },
    { ...pathOf('a', ['proxy-a'], own), ...family, clientAddresses: 3 },
  ]);
  const client = topology.hosts[0];
  if (client === undefined) throw new Error('a topology has a client');
  const addresses = addressesOf(topology, client, 0);
  let lab: NetnsLab;
  let running: RunningTopology;
  let origin: OriginClient;
  beforeAll(async () => {
    lab = await NetnsLab.start({
      ...{ packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined },
    });
    running = await lab.bringUp(topology);
    const args = ['--port', '9000', '--static-port', '8000'];
    const program = await host(running, 'origin').startScript(join(ROOT, 'containers/echo/main.ts'), args, join(scratchDir, 'origin.log'));
    origin = new OriginClient(program.stdin, program.stdout, program.exited);
    await origin.ready();
    const proxy = { ...proxyNamed('proxy-a'), config: join(CONFIGS, config), configLabel: config };
    await host(running, 'proxy-a').startProxy(haproxy, proxy, join(scratchDir, 'proxy.log'));
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    rmSync(scratchDir, { recursive: true, force: true });
  });

  const upgradeFrom = async (to: string, port: number): Promise<readonly string[]> => {
    const { stdout } = await host(running, 'client').run([process.execPath, '-e', UPGRADE_FROM(addresses, to, port)]);
    return stdout.trim().split('\n').toSorted();
  };

  it('is answered at each of them by a proxy', async () => {
    expect(await upgradeFrom('proxy-a', 8080)).toEqual(addresses.map((address) => `${address} 101`).toSorted());
  });

  it('reaches the origin from each of them, over every link', async () => {
    await origin.take();
    const before = await running.links.get('link-1')?.counters();
    expect(await upgradeFrom('origin', 9000)).toEqual(addresses.map((address) => `${address} 101`).toSorted());
    const peers = (await origin.take()).map(({ remoteAddress }) => remoteAddress);
    expect(new Set(peers)).toEqual(new Set(addresses));
    const after = await running.links.get('link-1')?.counters();
    // A handshake, a request and its answer are at least five packets for each.
    expect((after?.forwardedPackets ?? 0) - (before?.forwardedPackets ?? 0)).toBeGreaterThanOrEqual(15);
  });

  it('opens connections from its usual one unless it is told otherwise', async () => {
    await origin.take();
    const script = `require('net').connect(9000,'origin',function(){this.end();this.resume()})`;
    await host(running, 'client').run([process.execPath, '-e', script]);
    expect((await origin.take()).map(({ remoteAddress }) => remoteAddress)).toEqual([addresses[0]]);
  });
});

describe('a host in a lab of namespaces', () => {
  it('may open very many files where this machine allows it, else as many as it does, and the queues of an origin are long', async () => {
    const scratchDir = makeScratchDir();
    try {
      await using lab = await NetnsLab.start({
        ...{ packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined },
      });
      const running = await lab.bringUp(only([pathOf('direct', [], [], 2)]));
      const shows = async (name: string): Promise<string> => {
        const script = 'ulimit -Sn; ulimit -Hn; cat /proc/sys/net/core/somaxconn';
        const program = await host(running, name).startProgram(['sh', '-c', script], join(scratchDir, 'log'));
        const shown = await text(program.stdout);
        await program.exited;
        return shown.trim().split('\n').join(' ');
      };
      const limit = filesAllowed();
      expect(await shows('origin')).toBe(`${limit} ${limit} 65535`);
      expect(await shows('client')).toMatch(new RegExp(`^${limit} ${limit} `));
    } finally {
      rmSync(scratchDir, { recursive: true, force: true });
    }
  });
});
