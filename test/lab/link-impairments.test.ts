import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerLab } from '../../harness/lab/docker/docker-lab.ts';
import type { Lab, LabSettings, RunningHost, RunningLink, RunningTopology } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { planTopologies } from '../../harness/lab/topology.ts';
import type { Path } from '../../harness/model/path.ts';
import { pathOf } from '../unit/lab/sample-topology.ts';

/** A firewall with a small MTU and a short memory next to the client, an inspecting one next to the origin. */
const DEVICES: Path['links'] = [
  {
    name: 'forgetful',
    impairments: [
      { kind: 'mtu-blackhole', bytes: 1000, direction: 'to-origin' },
      { kind: 'forget-flows', afterMs: 1000, direction: 'both' },
    ],
  },
  { name: 'inspecting', impairments: [{ kind: 'inject-rst', onText: 'bad word', afterMs: 20, direction: 'to-client' }] },
];

/** Echoes, and prints how each connection ended. */
const ECHO = `const s=require('net').createServer((c)=>{c.on('error',(e)=>console.log(e.code)).on('end',()=>console.log('fin'));c.on('data',(d)=>c.write(d))});
s.listen(7000,()=>console.log('ready'));process.stdin.resume().on('end',()=>process.exit(0))`;

/**
 * A client that goes through steps: a text or a number of bytes to send (its echo, or the silence of \`patience\` ms, is printed), or a
 * pause in ms. Ends with what became of the connection.
 */
const client = (steps: readonly (string | { readonly bytes: number } | { readonly pauseMs: number })[], patience = 600): string => `
const s=require('net').connect(7000,'origin');let got=0,end='open';
s.on('data',(d)=>{got+=d.length}).on('error',(e)=>{end=e.code}).on('end',()=>{end='fin'});
const sleep=(ms)=>new Promise((r)=>setTimeout(r,ms));
(async()=>{const seen=[];
for(const step of ${JSON.stringify(steps)}){
  if(step.pauseMs){await sleep(step.pauseMs);continue}
  const bytes=step.bytes?Buffer.alloc(step.bytes):Buffer.from(step);const want=got+bytes.length;s.write(bytes);
  const until=Date.now()+${patience};while(got<want&&end==='open'&&Date.now()<until)await sleep(5);
  seen.push(got>=want?'echo':'silence')}
await sleep(60);console.log([...seen,end].join(' '));process.exit(0)})()`;

/** A lab with the Node that its hosts have. */
const LABS: readonly (readonly [string, string, (settings: LabSettings) => Promise<Lab>])[] = [
  ['netns', process.execPath, (settings) => NetnsLab.start(settings)],
  ['docker', 'node', (settings) => DockerLab.start(settings)],
];

describe.each(LABS)('devices on the links of the %s lab', (_, node, start) => {
  const scratchDir = makeScratchDir();
  let lab: Lab;
  let running: RunningTopology;
  const originEnds: string[] = [];

  const host = (name: string): RunningHost => running.hosts.get(name) as RunningHost;
  const counters = async (name: string) => await (running.links.get(name) as RunningLink).counters();
  const run = async (...args: Parameters<typeof client>): Promise<string> =>
    (await host('client').run([node, '-e', client(...args)])).stdout.trim();

  beforeAll(async () => {
    const packageRoot = join(import.meta.dirname, '../..');
    lab = await start({ packageRoot, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined });
    const [topology] = planTopologies([{ ...pathOf('direct', [], [], 2), links: DEVICES }], lab.firstOctet);
    if (topology === undefined) throw new Error('no topology');
    running = await lab.bringUp(topology);
    writeFileSync(join(scratchDir, 'echo.js'), ECHO);
    const origin = await host('origin').startScript(join(scratchDir, 'echo.js'), [], join(scratchDir, 'origin.log'));
    const lines = createInterface({ input: origin.stdout });
    await new Promise((ready) => lines.once('line', ready));
    lines.on('line', (line) => originEnds.push(line));
  }, 300_000);
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    rmSync(scratchDir, { recursive: true, force: true });
  });

  it('say what carries them', () => {
    const rungs = [...running.links.values()].map(({ name, applied }) => [name, applied.map(({ rung }) => rung)]);
    expect(rungs).toEqual([
      ['forgetful', ['iptables', 'iptables']],
      ['inspecting', ['tun-relay']],
    ]);
  });

  it('swallow long packets and pass short ones, and count what they swallowed', async () => {
    const before = await counters('forgetful');
    expect(await run([{ bytes: 900 }, { bytes: 1100 }])).toBe('echo silence open');
    expect((await counters('forgetful'))?.droppedPackets).toBeGreaterThan((before?.droppedPackets ?? 0) + 1);
  });

  it('drop a flow without a word once it was silent for too long, and take a new one at once', async () => {
    const before = await counters('forgetful');
    const [silent, lively] = await Promise.all([
      run(['a', { pauseMs: 1500 }, 'b']),
      run(['a', { pauseMs: 500 }, 'a', { pauseMs: 500 }, 'a', { pauseMs: 500 }, 'b']),
    ]);
    expect([silent, lively]).toEqual(['echo silence open', 'echo echo echo echo open']);
    expect(await run(['a'])).toBe('echo open');
    expect((await counters('forgetful'))?.droppedPackets).toBeGreaterThan((before?.droppedPackets ?? 0) + 1);
  });

  it('reset both ends in the name of the other, in sequence and with a TTL of their own', async () => {
    const resets = ['-p', 'tcp', '--tcp-flags', 'RST', 'RST'];
    // One hop to the origin; to the client the router and the other link as well.
    const hops = [
      ['client', '252'],
      ['origin', '254'],
    ] as const;
    for (const [name, ttl] of hops) {
      await host(name).run(['iptables', '-w', '-A', 'INPUT', ...resets, '-m', 'ttl', '--ttl-eq', ttl]);
      await host(name).run(['iptables', '-w', '-A', 'OUTPUT', ...resets]);
    }
    originEnds.length = 0;
    expect(await run(['a', { bytes: 600 }, 'one bad word', { pauseMs: 200 }])).toBe('echo echo echo ECONNRESET');
    expect(originEnds).toEqual(['ECONNRESET']);
    const counts = hops.map(async ([name]) => {
      const { stdout } = await host(name).run(['iptables', '-w', '-nvxL']);
      return [...stdout.matchAll(/^\s*(\d+)\s.*tcp flags:/gm)].map(([, packets]) => packets);
    });
    // An end that is reset does not answer, so neither sent one.
    expect(await Promise.all(counts)).toEqual([
      ['1', '0'],
      ['1', '0'],
    ]);
    expect(await counters('inspecting')).toMatchObject({ injectedPackets: 2, heldPackets: 0, droppedPackets: 0 });
  });

  it('leave a connection alone that never carries the text in that direction', async () => {
    const before = await counters('inspecting');
    expect(await run(['a good word', { bytes: 700 }])).toBe('echo echo open');
    expect((await counters('inspecting'))?.injectedPackets).toBe(before?.injectedPackets);
  });
});
