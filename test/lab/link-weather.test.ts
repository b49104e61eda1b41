import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab, RunningHost, RunningLink, RunningTopology } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { planTopologies } from '../../harness/lab/topology.ts';
import type { Impairment } from '../../harness/model/impairment.ts';
import { pathOf } from '../unit/lab/sample-topology.ts';

/** One topology for each weather: what is done on one link is then all that is counted there. */
const WEATHERS = {
  burst: [{ kind: 'loss-burst', every: 20, inRow: 3, direction: 'to-origin' }],
  tail: [{ kind: 'loss-tail', every: 4, direction: 'to-origin' }],
  jitter: [{ kind: 'jitter', ms: 40, direction: 'both' }],
  reorder: [{ kind: 'reorder', every: 4, byMs: 30, direction: 'to-client' }],
  acks: [{ kind: 'duplicate-acks', every: 1, copies: 3, direction: 'to-origin' }],
  full: [{ kind: 'connlimit', above: 3, refusal: 'drop', direction: 'to-origin' }],
  refusing: [{ kind: 'connlimit', above: 3, refusal: 'reset', direction: 'to-origin' }],
  inspecting: [{ kind: 'drop-text', text: 'bad word', direction: 'to-origin' }],
  plain: [],
} as const satisfies Readonly<Record<string, readonly Impairment[]>>;
type Weather = keyof typeof WEATHERS;

const ECHO = `require('net').createServer((c)=>{c.setNoDelay();c.on('error',()=>{}).on('data',(d)=>c.write(d)).on('end',()=>c.end())})
.listen(7000,()=>console.log('ready'));process.stdin.resume().on('end',()=>process.exit(0))`;

/** Opens sockets one after the other and sends a text over each again and again; prints what became of each, and the times to the echoes. */
const CLIENT = `const [sockets,texts,text,patience]=JSON.parse(process.argv[1]);const net=require('net');const out=[];const times=[];
const once=(s,name,ms)=>new Promise((r)=>{const t=setTimeout(()=>r('timeout'),ms);s.once('error',(e)=>{clearTimeout(t);r(e.code)});s.once(name,()=>{clearTimeout(t);r(name)})});
(async()=>{const open=[];
for(let i=0;i<sockets;i++){const s=net.connect(7000,'origin');s.setNoDelay();open.push(s);out.push(await once(s,'connect',patience))}
for(const s of open)if(!s.connecting&&!s.destroyed)for(let n=0;n<texts;n++){const at=performance.now();s.write(text);
const said=await once(s,'data',patience);times.push(performance.now()-at);if(said!=='data'){out.push(said);break}}
console.log(JSON.stringify({out,times}));process.exit(0)})()`;

interface Told {
  readonly out: readonly string[];
  readonly times: readonly number[];
}

describe('weather on the links of the netns lab', () => {
  const scratchDir = makeScratchDir();
  let lab: Lab;
  const running = new Map<Weather, RunningTopology>();

  const hostIn = (weather: Weather, name: string): RunningHost => running.get(weather)?.hosts.get(name) as RunningHost;
  const linkIn = (weather: Weather): RunningLink => running.get(weather)?.links.get('link-1') as RunningLink;
  const send = async (weather: Weather, sockets: number, texts: number, text = 'a word', patience = 3000): Promise<Told> => {
    const { stdout } = await hostIn(weather, 'client').run([
      process.execPath,
      '-e',
      CLIENT,
      JSON.stringify([sockets, texts, text, patience]),
    ]);
    return JSON.parse(stdout) as Told;
  };
  const resent = async (weather: Weather): Promise<number> =>
    Number(/^Tcp: (?:\S+ ){11}(\d+)/m.exec((await hostIn(weather, 'client').readProcNet('snmp')).replace(/^Tcp: RtoA.*$/m, ''))?.[1]);

  beforeAll(async () => {
    const packageRoot = join(import.meta.dirname, '../..');
    lab = await NetnsLab.start({
      packageRoot,
      scratchDir,
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: () => undefined,
    });
    writeFileSync(join(scratchDir, 'echo.js'), ECHO);
    const names = Object.keys(WEATHERS) as Weather[];
    // A name of its own keeps equal paths apart.
    const paths = names.map((name) => ({ ...pathOf(name, [], WEATHERS[name], 1), sysctls: settingsOf(name) }));
    const topologies = planTopologies(paths, lab.firstOctet);
    await Promise.all(
      topologies.map(async (topology) => {
        const up = await lab.bringUp(topology);
        running.set(topology.paths[0]?.id as Weather, up);
        const origin = await (up.hosts.get('origin') as RunningHost).startScript(
          join(scratchDir, 'echo.js'),
          [],
          join(scratchDir, 'echo.log'),
        );
        await new Promise((ready) => createInterface({ input: origin.stdout }).once('line', ready));
      }),
    );
  }, 60_000);
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    rmSync(scratchDir, { recursive: true, force: true });
  });

  it.each([
    ['burst', 60, { dropped: [6, 12], resent: [4, 14] }],
    ['tail', 24, { dropped: [4, 10], resent: [4, 12] }],
    ['plain', 40, { dropped: [0, 0], resent: [0, 0] }],
  ] as const)('%s: what the link drops is counted, and the sender sends it again', async (weather, texts, wanted) => {
    const { out } = await send(weather, 1, texts);
    expect(out).toEqual(['connect']);
    const dropped = (await linkIn(weather).counters())?.droppedPackets;
    expect(dropped).toBeGreaterThanOrEqual(wanted.dropped[0]);
    expect(dropped).toBeLessThanOrEqual(wanted.dropped[1]);
    expect(await resent(weather)).toBeGreaterThanOrEqual(wanted.resent[0]);
    expect(await resent(weather)).toBeLessThanOrEqual(wanted.resent[1]);
  });

  it('jitter: echoes take times that differ, none less than nothing and most less than both directions may add', async () => {
    const { times } = await send('jitter', 1, 25);
    const sorted = times.toSorted((a, b) => a - b);
    expect((sorted.at(-3) ?? 0) - (sorted[2] ?? 0)).toBeGreaterThan(10);
    expect(sorted[12]).toBeGreaterThan(20);
    expect(sorted[12]).toBeLessThan(90);
    expect((await linkIn('jitter').counters())?.heldPackets).toBeGreaterThanOrEqual(50);
  });

  it('reorder: every fourth answer comes late and is counted as held', async () => {
    const { times } = await send('reorder', 1, 24);
    const late = times.filter((ms) => ms > 25).length;
    expect(late).toBeGreaterThanOrEqual(6);
    expect(late).toBeLessThanOrEqual(10);
    expect(await linkIn('reorder').counters()).toMatchObject({ heldPackets: 6, droppedPackets: 0 });
  });

  it('acks: the origin gets acknowledgements that the client never sent', async () => {
    const pure = ['-p', 'tcp', '--tcp-flags', 'SYN,ACK,FIN,RST,PSH', 'ACK', '-m', 'length', '--length', '0:60'];
    await hostIn('acks', 'client').run(['iptables', '-w', '-A', 'OUTPUT', ...pure]);
    await hostIn('acks', 'origin').run(['iptables', '-w', '-A', 'INPUT', ...pure]);
    await send('acks', 3, 4);
    // The last ones are still on their way.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const counts = ['client', 'origin'].map(async (name) => {
      const { stdout } = await hostIn('acks', name).run(['iptables', '-w', '-nvxL']);
      return Number(/^\s*(\d+)\s.*tcp flags:/m.exec(stdout)?.[1]);
    });
    const [sent = 0, got = 0] = await Promise.all(counts);
    const made = (await linkIn('acks').counters())?.injectedPackets ?? 0;
    expect(sent).toBeGreaterThanOrEqual(3);
    expect(made).toBe(sent * 3);
    expect(got).toBe(sent * 4);
  });

  it('full and refusing: as many flows as there is room for, and no more, until one is over', async () => {
    const [full, refusing] = await Promise.all([send('full', 5, 1, 'x', 400), send('refusing', 5, 1, 'x', 400)]);
    expect(full.out).toEqual(['connect', 'connect', 'connect', 'timeout', 'timeout']);
    expect(refusing.out).toEqual(['connect', 'connect', 'connect', 'ECONNREFUSED', 'ECONNREFUSED']);
    expect((await linkIn('full').counters())?.droppedPackets).toBeGreaterThanOrEqual(2);
    expect(await linkIn('refusing').counters()).toMatchObject({ droppedPackets: 2, injectedPackets: 2 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await send('refusing', 1, 1)).out).toEqual(['connect']);
  });

  it('inspecting: what has the text in it never arrives, and everything else does', async () => {
    expect((await send('inspecting', 1, 3, 'a good word')).out).toEqual(['connect']);
    expect((await send('inspecting', 1, 1, 'one bad word', 700)).out).toEqual(['connect', 'timeout']);
    expect((await linkIn('inspecting').counters())?.droppedPackets).toBeGreaterThanOrEqual(2);
  });

  it('settings of a host are set in it and in no other', async () => {
    const read = async (weather: Weather, host: string): Promise<string> =>
      (await hostIn(weather, host).run(['cat', '/proc/sys/net/ipv4/tcp_keepalive_time'])).stdout.trim();
    expect(await read('plain', 'client')).toBe(settingsOf('plain').client['net.ipv4.tcp_keepalive_time']);
    expect(await read('plain', 'origin')).toBe('7200');
    expect(await read('full', 'client')).not.toBe(await read('plain', 'client'));
  });
});

/** A keep-alive time that tells the topologies apart. */
function settingsOf(name: Weather) {
  return { client: { 'net.ipv4.tcp_keepalive_time': String(600 + Object.keys(WEATHERS).indexOf(name)) } };
}
