import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseInterface } from '../../harness/analyze/analyse-interface.ts';
import { DockerLab } from '../../harness/lab/docker/docker-lab.ts';
import type { Lab, LabSettings, RunningHost, RunningTopology } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { planTopologies } from '../../harness/lab/topology.ts';
import type { Impairment } from '../../harness/model/impairment.ts';
import { HostShell, SHELL_ARGV } from '../../harness/probes/host-shell.ts';
import { type CaptureAmount, PacketCapture } from '../../harness/probes/packet-capture.ts';
import { parseTcpCounters } from '../../harness/probes/tcp-counters.ts';
import { CaptureParser } from '../../harness/wire/capture/capture-parser.ts';
import { pathOf } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const LOSS: readonly Impairment[] = [{ kind: 'loss-nth', every: 40, direction: 'both' }];
const FULL: CaptureAmount = { kept: 'full', headerBytes: 128, megabytes: 64, isLoad: false };
/** A frame of Ethernet with as much as an MTU of 1500 lets through. */
const LONGEST_FRAME = 1514;
/** The last FIN may be lost, and comes again a fifth of a second later. */
const LAST_PACKETS_MS = 700;

interface Packet {
  readonly atMs: number;
  readonly length: number;
  readonly kept: number;
  /** Flags of TCP over IPv4 without options of IP. */
  readonly flags: number;
}

function packetsOf(files: readonly string[]): readonly Packet[] {
  return files.flatMap((file) => {
    const packets: Packet[] = [];
    const parser = new CaptureParser({
      packet: ({ bytes, start, end, originalLength, timeNs }) =>
        packets.push({
          atMs: parser.epochSeconds * 1000 + timeNs / 1e6,
          length: originalLength,
          kept: end - start,
          flags: bytes[start + 47] ?? 0,
        }),
    });
    parser.push(readFileSync(file));
    parser.end();
    return packets;
  });
}

/** Command lines of what runs now and mentions a folder. */
const runningIn = (dir: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(dir) && line.startsWith('tcpdump') ? [line] : [];
      } catch {
        return [];
      }
    });

describe.each([
  ['netns', (settings: LabSettings): Promise<Lab> => NetnsLab.start(settings)],
  ['docker', (settings: LabSettings): Promise<Lab> => DockerLab.start(settings)],
])('packet captures in %s-lab', (_, start) => {
  const scratchDir = makeScratchDir();
  const evidenceDir = join(scratchDir, 'evidence');
  const shells = new Map<string, HostShell>();
  let lab: Lab;
  let running: RunningTopology;

  const host = (name: string): RunningHost => {
    const found = running.hosts.get(name);
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  };
  const capture = (name: string, file: string, amount: CaptureAmount): Promise<PacketCapture> => {
    const shell = shells.get(name);
    if (shell === undefined) throw new Error(`no shell in ${name}`);
    return PacketCapture.start(shell, { device: 'eth0', mac: null, file: join(evidenceDir, file) }, amount);
  };
  const resent = async (name: string): Promise<number> => parseTcpCounters(await host(name).readProcNet('snmp'))['RetransSegs'] ?? 0;
  /** Sends bytes to a port of the origin that echoes; says how many came back. */
  const exchange = async (bytes: number): Promise<number> => {
    const talk = `const s=require('net').connect(7000,'origin');let n=0;s.on('data',(d)=>{n+=d.length;if(n>=${bytes}){console.log(n);s.end()}});s.write(Buffer.alloc(${bytes}))`;
    return Number((await host('client').run(['node', '-e', talk])).stdout);
  };

  beforeAll(async () => {
    mkdirSync(evidenceDir, { recursive: true });
    const settings = { packageRoot: ROOT, scratchDir, evidenceDir, sessionId: sessionName(), congestionControl: 'reno' };
    lab = await start({ ...settings, onProgress: () => undefined });
    const [topology] = planTopologies([pathOf('direct', [], LOSS, 2)], lab.firstOctet);
    if (topology === undefined) throw new Error('no topology');
    running = await lab.bringUp(topology);
    const echo = join(scratchDir, 'echo.js');
    writeFileSync(echo, `require('net').createServer((s)=>s.on('error',()=>{}).pipe(s)).listen(7000,()=>console.log('ready'))`);
    const origin = await host('origin').startScript(echo, [], '/dev/null');
    await new Promise((ready) => origin.stdout.once('data', ready));
    for (const name of ['client', 'origin']) shells.set(name, new HostShell(await host(name).startProgram(SHELL_ARGV, '/dev/null')));
  }, 300_000);

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    rmSync(scratchDir, { recursive: true, force: true });
  }, 60_000);

  it('show at each sender what its kernel says it sent again, in frames no longer than the MTU', async () => {
    const before = [await resent('client'), await resent('origin')];
    const captures = [await capture('client', 'client.pcap', FULL), await capture('origin', 'origin.pcap', FULL)];
    expect(await exchange(300_000)).toBe(300_000);
    await sleep(LAST_PACKETS_MS);
    await Promise.all(captures.map((one) => one.drain()));
    const [atClient, atOrigin] = await Promise.all(captures.map((one) => one.stop()));
    const kernel = [(await resent('client')) - (before[0] ?? 0), (await resent('origin')) - (before[1] ?? 0)];
    expect(atClient).toMatchObject({ droppedPackets: 0, rotatedOut: false, absentBecause: null });
    expect(atClient?.completeUntilMs).toBeGreaterThan(0);
    const [client] = (await analyseInterface(atClient?.files ?? [], Number.POSITIVE_INFINITY)).streams;
    const [origin] = (await analyseInterface(atOrigin?.files ?? [], Number.POSITIVE_INFINITY)).streams;
    expect(kernel[0]).toBeGreaterThan(2);
    expect([client?.seen.resent.aToB.segs, origin?.seen.resent.bToA.segs]).toEqual(kernel);
    const lengths = packetsOf(atClient?.files ?? []).map(({ length }) => length);
    expect(Math.max(...lengths)).toBe(LONGEST_FRAME);
    expect(lengths.length).toBe(atClient?.packets);
  }, 30_000);

  it('keep what tells whole and the rest by its headers, each packet once', async () => {
    const whole = await capture('client', 'all.pcap', FULL);
    const parts = await capture('client', 'parts.pcap', { ...FULL, kept: 'headers', isLoad: true });
    // What the exchange before has left behind may come while one listens already and the other does not.
    const fromMs = Date.now();
    expect(await exchange(50_000)).toBe(50_000);
    await sleep(LAST_PACKETS_MS);
    const all = await endOf(whole);
    const cut = await endOf(parts);
    expect(cut.files.map((file) => file.slice(evidenceDir.length + 1))).toEqual(['parts.whole.pcap', 'parts.headers.pcap']);
    expect(cut).toMatchObject({ droppedPackets: 0, absentBecause: null });
    const untilMs = all.completeUntilMs ?? 0;
    const [telling, rest] = cut.files.map((file) => packetsOf([file]));
    const between = (packets: readonly Packet[] = []): number => packets.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs).length;
    expect(between(telling) + between(rest)).toBe(between(packetsOf(all.files)));
    expect(between(rest)).toBeGreaterThan(30);
    const [FIN, SYN, ACK] = [0x01, 0x02, 0x10];
    expect(telling?.every(({ length, kept }) => length === kept)).toBe(true);
    expect(telling?.filter(({ flags }) => (flags & SYN) > 0).length).toBeGreaterThanOrEqual(2);
    expect(rest?.filter(({ flags }) => (flags & (SYN | FIN)) > 0)).toEqual([]);
    // Acknowledgements without a payload are not lost between the two filters.
    expect(rest?.some(({ flags, length }) => flags === ACK && length === 66)).toBe(true);
    expect(Math.max(...(rest ?? []).map(({ kept }) => kept))).toBe(128);
  }, 30_000);

  it('overwrite the oldest packets rather than more of the disk', async () => {
    const ring = await capture('origin', 'ring.pcap', { ...FULL, megabytes: 4, isLoad: true });
    // Far more than the ring holds, as a busy machine may lose a part of it.
    expect(await exchange(12_000_000)).toBe(12_000_000);
    const { files, rotatedOut, packets } = await endOf(ring);
    expect(files.map((file) => file.slice(evidenceDir.length + 1))).toEqual([1, 2, 3, 4].map((n) => `ring.${n}.pcap`));
    expect(rotatedOut).toBe(true);
    expect(packetsOf(files).length).toBeLessThan(packets);
  }, 60_000);

  it('say why there is none', async () => {
    const nowhere = await capture('client', 'no/such/folder.pcap', FULL);
    expect(await endOf(nowhere)).toMatchObject({ files: [], packets: 0, absentBecause: expect.stringContaining('No such file') });
    const unknown = await capture('client', 'x.pcap', { ...FULL, headerBytes: 68, kept: 'headers' });
    expect((await endOf(unknown)).absentBecause).toBeNull();
  });

  it('end with the shell that started them', async () => {
    await capture('client', 'open.pcap', FULL);
    expect(runningIn(join(evidenceDir, 'open')).length).toBe(1);
    await shells.get('client')?.close();
    await expect.poll(() => runningIn(join(evidenceDir, 'open')), { timeout: 5000 }).toEqual([]);
  }, 15_000);
});

async function endOf(capture: PacketCapture): ReturnType<PacketCapture['stop']> {
  await capture.drain();
  return await capture.stop();
}
