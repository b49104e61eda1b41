/*
 * How long `hopscope analyze` takes and how much memory, beside tshark and tcptrace on the same capture, in one run.
 *
 *   node bench/analyze-speed.ts [--megabytes 330] [--rounds 3] [--tshark-packets 100000] [--keep] [--capture FILE]
 *
 * Makes the capture itself (see make-capture.ts) in a temporary folder that goes afterwards unless --keep is given; --capture takes one that is there.
 * Needs root, tcpdump, tshark and tcptrace. tshark is measured in its fastest linear setting, on the first packets only when the capture has more than
 * --tshark-packets. The programs take turns, and medians are printed with the range. Run it on a machine that does nothing else.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LABELS } from '../harness/wire/tcp/label.ts';
import { makeCapture } from './make-capture.ts';
import { type MeasuredRun, measuredRun } from './measured-run.ts';
import { median } from './median.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '330' },
    rounds: { type: 'string', default: '3' },
    'tshark-packets': { type: 'string', default: '100000' },
    keep: { type: 'boolean', default: false },
    capture: { type: 'string' },
  },
});

/** A program under measurement, and what it is given. */
interface Contender {
  readonly title: string;
  readonly argv: readonly string[];
  readonly packets: number;
  readonly fileBytes: number;
  readonly runs: MeasuredRun[];
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const HOPSCOPE = [process.execPath, join(import.meta.dirname, '../bin/hopscope.js'), 'analyze', '--json'];
const TSHARK = [
  ...['tshark', '-n', '-o', 'tcp.reassemble_out_of_order:TRUE', '--disable-protocol', 'websocket', '--disable-protocol', 'http'],
  ...['-T', 'fields', '-e', 'frame.number', ...LABELS.flatMap((label) => ['-e', `tcp.analysis.${label}`]), '-r'],
];

/** By our own count, which is checked against everybody else's in the tests. */
function packetsOf(file: string): number {
  const [program, ...args] = [...HOPSCOPE, file];
  const { captures } = JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 })) as {
    readonly captures: readonly { readonly packets: number }[];
  };
  return captures[0]?.packets ?? 0;
}

function contendersFor(file: string, slice: string): readonly Contender[] {
  const packets = packetsOf(file);
  const fileBytes = statSync(file).size;
  const most = Number(values['tshark-packets']);
  const isSliced = packets > most;
  if (isSliced) execFileSync('tcpdump', ['-r', file, '-c', String(most), '-w', slice], { stdio: 'ignore' });
  const forTshark = isSliced ? { packets: most, fileBytes: statSync(slice).size } : { packets, fileBytes };
  const note = isSliced ? ` (the first ${most} packets)` : '';
  return [
    { title: 'hopscope analyze --json', argv: [...HOPSCOPE, file], packets, fileBytes, runs: [] },
    { title: 'tcptrace -l -r', argv: ['tcptrace', '-l', '-r', file], packets, fileBytes, runs: [] },
    { title: `tshark -T fields${note}`, argv: [...TSHARK, isSliced ? slice : file], ...forTshark, runs: [] },
  ];
}

async function measure(contenders: readonly Contender[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (const contender of contenders) {
      contender.runs.push(await measuredRun(contender.argv));
      process.stderr.write('.');
    }
  process.stderr.write('\n');
}

const columns = [40, 9, 19, 10, 12, 9, 10, 10] as const;
const row = (...cells: readonly string[]): void =>
  print(cells.map((cell, at) => (at === 0 ? cell.padEnd(columns[at] ?? 0) : cell.padStart(columns[at] ?? 0))).join(''));

function report(contenders: readonly Contender[]): void {
  const perPacket = (one: Contender): number => median(one.runs.map(({ wallMs }) => wallMs)) / one.packets;
  const [own] = contenders;
  if (own === undefined) return;
  row('', 'median s', 'from - to', 'CPU s', 'packets/s', 'MB/s', 'peak MB', 'hopscope');
  for (const one of contenders) {
    const walls = one.runs.map(({ wallMs }) => wallMs);
    const seconds = median(walls) / 1000;
    row(
      one.title,
      seconds.toFixed(3),
      `${(Math.min(...walls) / 1000).toFixed(3)} - ${(Math.max(...walls) / 1000).toFixed(3)}`,
      (median(one.runs.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(2),
      Math.round(one.packets / seconds).toLocaleString('en-US'),
      Math.round(one.fileBytes / 1e6 / seconds).toLocaleString('en-US'),
      (Math.max(...one.runs.map(({ peakBytes }) => peakBytes)) / 1e6).toFixed(0),
      one === own ? '' : `x ${(perPacket(one) / perPacket(own)).toFixed(2)}`,
    );
  }
  print('Last column: how many times as fast per packet hopscope is. Start of the programs included.');
}

const folder = mkdtempSync(join(tmpdir(), 'hopscope-bench-'));
try {
  const file = values.capture ?? join(folder, 'echo.pcap');
  if (values.capture === undefined) {
    const made = await makeCapture(file, Number(values.megabytes));
    print(
      `captured ${made.packets} packets of ${made.echoed} messages and their echoes (${made.sent} sent); tcpdump dropped ${made.dropped}`,
    );
    if (made.dropped > 0) throw new Error('the capture has holes of its own: run this again with less else going on');
  }
  const contenders = contendersFor(file, join(folder, 'slice.pcap'));
  print(`${file}: ${contenders[0]?.packets} packets, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  await measure(contenders, Number(values.rounds));
  report(contenders);
} finally {
  if (values.keep) print(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
