import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost, RunningLink, RunningTopology } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { everyCpu } from '../../harness/lab/packet-order.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { Impairment } from '../../harness/model/impairment.ts';
import { parseTcpCounters } from '../../harness/probes/tcp-counters.ts';
import { only, pathOf } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const scratchDirs: string[] = [];

function settings(): Parameters<typeof NetnsLab.start>[0] {
  const scratchDir = makeScratchDir();
  scratchDirs.push(scratchDir);
  return { packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined };
}

afterAll(() => {
  for (const dir of scratchDirs) rmSync(dir, { recursive: true, force: true });
});

const topologyWith = (impairments: readonly Impairment[]) =>
  only([pathOf('direct', [], impairments, 2), pathOf('a', ['proxy-a'], impairments)]);

function host(running: RunningTopology, name: string): RunningHost {
  const found = running.hosts.get(name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

function link(running: RunningTopology, name: string): RunningLink {
  const found = running.links.get(name);
  if (found === undefined) throw new Error(`no link ${name}`);
  return found;
}

/** Runs a line of Node in a host and gives what it printed. */
const node = async (on: RunningHost, code: string): Promise<string> => (await on.run([process.execPath, '-e', code])).stdout.trim();
const ORIGIN = '10.100.1.130';
/** Milliseconds until a connection to a port that nobody listens on is refused: SYN there, RST back. */
const REFUSED_AFTER = `const t=performance.now();require('net').connect(9,'${ORIGIN}').on('error',(e)=>console.log(e.code,performance.now()-t))`;

describe('a lab of namespaces', () => {
  let lab: NetnsLab;
  let running: RunningTopology;
  const impairments: readonly Impairment[] = [
    { kind: 'loss-nth', every: 20, direction: 'to-origin' },
    { kind: 'hold-rst', ms: 200, direction: 'to-client' },
  ];
  beforeAll(async () => {
    lab = await NetnsLab.start(settings());
    running = await lab.bringUp(topologyWith(impairments));
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  it('holds RSTs back on a path that is otherwise fast, and says by what', async () => {
    const [code, elapsedMs] = (await node(host(running, 'client'), REFUSED_AFTER)).split(' ');
    expect(code).toBe('ECONNREFUSED');
    expect(Number(elapsedMs)).toBeGreaterThanOrEqual(200);
    expect(Number(elapsedMs)).toBeLessThan(600);
    expect(link(running, 'link-1').applied.map(({ rung }) => rung)).toEqual(['iptables', expect.stringMatching(/netem|tun-relay/)]);
  });

  it('loses every n-th packet in the link, and the sender of the lost ones retransmits as many', async () => {
    const client = host(running, 'client');
    const origin = await host(running, 'origin').startScript(
      join(ROOT, 'containers/echo/main.ts'),
      ['--port', '9000', '--static-port', '8000'],
      '/dev/null',
    );
    await once(origin.stdout, 'data');
    const counters = async () => parseTcpCounters(await client.readProcNet('snmp', 'netstat'));
    const [before, linkBefore] = [await counters(), await link(running, 'link-1').counters()];
    // One request after the other over one connection: each lost packet is repaired by one retransmission.
    const status = await node(
      client,
      `const http=require('http');const agent=new http.Agent({keepAlive:true});let n=0;
       const next=()=>http.get({host:'${ORIGIN}',port:9000,path:'/page',agent},(r)=>{r.resume();r.on('end',()=>{if(++n<60)next();else{console.log(r.statusCode);agent.destroy()}})});next()`,
    );
    expect(status).toBe('200');
    await sleep(100);
    const [after, linkAfter] = [await counters(), await link(running, 'link-1').counters()];
    const dropped = (linkAfter?.droppedPackets ?? 0) - (linkBefore?.droppedPackets ?? 0);
    const resent = (after['RetransSegs'] ?? 0) - (before['RetransSegs'] ?? 0);
    expect(dropped).toBeGreaterThanOrEqual(3);
    // A lost pure acknowledgement needs no repair, so there may be fewer resends than drops, and a few probes more.
    expect(resent).toBeGreaterThanOrEqual(1);
    expect(resent).toBeLessThanOrEqual(dropped + 3);
    await origin.stop();
  });

  it('resolves the names that configs use', async () => {
    expect(await node(host(running, 'proxy-a'), "require('dns').lookup('origin',(e,a)=>console.log(a))")).toBe(ORIGIN);
    expect(await node(host(running, 'proxy-a'), "require('dns').lookup('static',(e,a)=>console.log(a))")).toBe(ORIGIN);
  });

  it('lets no packets of a connection overtake each other by itself: all of them go to one CPU', async () => {
    const queues = 'mount -t sysfs sysfs /sys && for queue in /sys/class/net/[efn]*/queues/rx-*/rps_cpus; do cat "$queue"; done';
    const masks = async (pid: string): Promise<readonly string[]> => {
      const { stdout } = await host(running, pid).run(['unshare', '--mount', 'sh', '-c', queues]);
      return stdout.trim().split('\n');
    };
    expect(await masks('client')).toEqual([everyCpu()]);
    expect(await masks('proxy-a')).toEqual([everyCpu(), everyCpu()]);
  });

  it('has no way out of itself', async () => {
    const { stdout } = await host(running, 'client').run(['ip', 'route', 'show', 'default']);
    expect(stdout).toBe('');
  });

  it('leaves the files of the machine as they are', () => {
    expect(readdirSync('/etc')).not.toContain('hopscope');
    expect(readFileSync('/etc/hosts', 'utf8')).not.toContain('10.100.');
  });

  it('switches offloads off on the devices it made', async () => {
    const { stdout } = await host(running, 'client').run(['ethtool', '-k', 'eth0']);
    expect(stdout).toMatch(/tcp-segmentation-offload: off/);
    expect(stdout).toMatch(/generic-segmentation-offload: off/);
    expect(stdout).toMatch(/generic-receive-offload: off/);
  });

  it('sets the congestion control of every host', async () => {
    for (const each of running.hosts.values())
      expect((await each.run(['cat', '/proc/sys/net/ipv4/tcp_congestion_control'])).stdout).toBe('reno\n');
  });
});

describe('a rate', () => {
  it('holds a direction to it', async () => {
    await using lab = await NetnsLab.start(settings());
    const running = await lab.bringUp(topologyWith([{ kind: 'rate', kbitPerSecond: 1000, direction: 'to-origin' }]));
    const origin = await host(running, 'origin').startScript(
      join(ROOT, 'containers/echo/main.ts'),
      ['--port', '9000', '--static-port', '8000'],
      '/dev/null',
    );
    await once(origin.stdout, 'data');
    const post = `const t=performance.now();const r=require('http').request({host:'${ORIGIN}',port:9000,path:'/echo',method:'POST'},(s)=>{s.resume();s.on('end',()=>console.log(performance.now()-t))});r.end(Buffer.alloc(60000))`;
    // 60 kB at 1 Mbit/s are 480 ms; unhindered it is a few.
    const elapsedMs = Number(await node(host(running, 'client'), post));
    expect(elapsedMs).toBeGreaterThan(350);
    expect(elapsedMs).toBeLessThan(2000);
  });
});

/** Processes of this machine whose command line holds the text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

/** A program that brings a lab up with a relay and an origin in it, prints a line, and waits. */
const HOLDER = (scratchDir: string): string => `
import { NetnsLab } from '${ROOT}/harness/lab/netns/netns-lab.ts';
import { only, pathOf } from '${ROOT}/test/unit/lab/sample-topology.ts';
const lab = await NetnsLab.start({ packageRoot: '${ROOT}', scratchDir: '${scratchDir}', sessionId: 'x', congestionControl: 'reno', onProgress: () => undefined });
const running = await lab.bringUp(only([pathOf('direct', [], [{ kind: 'hold-rst', ms: 5, direction: 'both' }], 2)]));
await running.hosts.get('origin').startScript('${ROOT}/containers/echo/main.ts', ['--port', '9000', '--static-port', '8000'], '/dev/null');
console.log('up');
setInterval(() => {}, 1000);`;

describe('kill -9', () => {
  it('leaves no process and no namespace behind', async () => {
    const { scratchDir } = settings();
    const program = spawn(process.execPath, ['--input-type=module', '-e', HOLDER(scratchDir)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
    expect(line).toBe('up');
    expect(processesWith(scratchDir).length).toBeGreaterThan(1);
    const namespaces = (): number => execFileSync('lsns', ['-n', '-t', 'net', '-o', 'NS'], { encoding: 'utf8' }).trim().split('\n').length;
    const before = namespaces();
    program.kill('SIGKILL');
    const deadline = performance.now() + 3000;
    while (processesWith(scratchDir).length > 0 && performance.now() < deadline) await sleep(5);
    expect(processesWith(scratchDir)).toEqual([]);
    expect(namespaces()).toBeLessThan(before);
  });
});
