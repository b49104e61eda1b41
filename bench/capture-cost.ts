/*
 * What capturing costs a path: the same echo load over one clean link with and without the captures that `hopscope run` takes (headers mode, at client
 * and origin), in turns A B B A, so that a machine that slows down or warms up does so for both.
 *
 *   node bench/capture-cost.ts [--rate 5000] [--seconds 6] [--rounds 1] [--connections 40] [--bytes 200]
 *
 * Needs root and what the netns lab needs. Prints achieved rates, latencies and CPU, and judges nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Distribution } from '../harness/measure/distribution.ts';
import { steadyProfile } from '../harness/measure/steady-profile.ts';
import { type CaptureResult, PacketCapture } from '../harness/probes/packet-capture.ts';
import { type EchoPath, openEchoPath } from './echo-path.ts';
import { median } from './median.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '40' },
    bytes: { type: 'string', default: '200' },
  },
});

/** One run of the load. */
interface Slot {
  readonly perSecond: number;
  /** Sent and not echoed in time. */
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the driver alone. */
  readonly driverCpuPercent: number;
  /** Of all processors of the machine, whoever used them. */
  readonly machineCpuPercent: number;
  readonly captures: readonly CaptureResult[];
}

const AMOUNT = { kept: 'headers', headerBytes: 128, megabytes: 256, isLoad: true } as const;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Times of all processors since the machine started, in clock ticks: in use and in all (proc(5)). */
function machineTicks(): { readonly used: number; readonly all: number } {
  const ticks = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, count) => sum + count, 0);
  // Idle and waiting for a disk.
  return { used: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}

let slots = 0;

async function startCaptures(path: EchoPath): Promise<readonly PacketCapture[]> {
  const captures: PacketCapture[] = [];
  for (const [host, shell] of Object.entries(path.shells))
    captures.push(
      await PacketCapture.start(shell, { device: 'eth0', mac: null, file: join(path.folder, `${host}-${slots}.pcap`) }, AMOUNT),
    );
  return captures;
}

async function runSlot(path: EchoPath, isCaptured: boolean): Promise<Slot> {
  slots += 1;
  const captures = isCaptured ? await startCaptures(path) : [];
  const { rate, seconds, connections, bytes } = values;
  const durationMs = Number(seconds) * 1000;
  const shape = { messagesPerSecond: Number(rate), durationMs, connections: Number(connections), payloadBytes: Number(bytes), seed: 1 };
  const before = machineTicks();
  const { sent, echoed, latency, generator } = await path.load(steadyProfile(shape));
  const after = machineTicks();
  for (const capture of captures) await capture.drain();
  const results: CaptureResult[] = [];
  for (const capture of captures) results.push(await capture.stop());
  const spread = Distribution.decode(latency);
  return {
    perSecond: echoed / Number(seconds),
    lost: sent - echoed,
    p50Ms: spread.percentile(50) / 1000,
    p99Ms: spread.percentile(99) / 1000,
    driverCpuPercent: generator.cpuPercent,
    machineCpuPercent: (100 * (after.used - before.used)) / Math.max(1, after.all - before.all),
    captures: results,
  };
}

const columns = [18, 12, 8, 10, 10, 14, 14] as const;
const row = (...cells: readonly string[]): void => print(cells.map((cell, at) => cell.padStart(columns[at] ?? 0)).join(''));
const MEASURES = ['perSecond', 'lost', 'p50Ms', 'p99Ms', 'driverCpuPercent', 'machineCpuPercent'] as const;
const DIGITS = [0, 0, 3, 3, 1, 1] as const;

function rowOf(title: string, one: Readonly<Record<(typeof MEASURES)[number], number>>, digits: readonly number[] = DIGITS): void {
  row(title, ...MEASURES.map((measure, at) => (Number.isNaN(one[measure]) ? '' : one[measure].toFixed(digits[at] ?? 0))));
}

const mediansOf = (all: readonly Slot[]): Readonly<Record<(typeof MEASURES)[number], number>> =>
  Object.fromEntries(MEASURES.map((measure) => [measure, median(all.map((one) => one[measure]))])) as never;

await using path = await openEchoPath([]);
const slotsOf = { without: [] as Slot[], with: [] as Slot[] };
// Warm: compilers of both ends have seen the load.
await runSlot(path, false);
row('capture', 'messages/s', 'lost', 'p50 ms', 'p99 ms', 'driver CPU %', 'machine CPU %');
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const title of ['without', 'with', 'with', 'without'] as const) {
    const slot = await runSlot(path, title === 'with');
    slotsOf[title].push(slot);
    rowOf(title, slot);
  }
}
const [without, captured] = [mediansOf(slotsOf.without), mediansOf(slotsOf.with)];
rowOf('with, median', captured);
rowOf('without, median', without);
const ratios = MEASURES.map((measure) => [measure, measure === 'lost' ? Number.NaN : captured[measure] / without[measure]] as const);
rowOf('with / without', Object.fromEntries(ratios) as never, [3, 0, 2, 2, 2, 2]);
const results = slotsOf.with.flatMap(({ captures }) => captures);
print(
  `captured ${results.reduce((sum, { packets }) => sum + packets, 0)} packets in ${results.length} captures, ` +
    `${results.reduce((sum, { droppedPackets }) => sum + (droppedPackets ?? 0), 0)} dropped` +
    results.flatMap(({ absentBecause }) => (absentBecause === null ? [] : [`; ${absentBecause}`])).join(''),
);
