/*
 * What the load generator costs:
 *
 *   node bench/load-cost.ts [--rounds 5]
 *
 * CPU time per echo round trip of 64 connections with 32-byte messages: a bare socket loop that measures nothing (the floor), ours, and the `ws` package, each in a
 * fresh process against one plain echo server, in alternating rounds, of which the median counts. Then memory per idle connection. Exit code 1: a target is missed.
 */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { Cost } from './load/contenders.ts';
import { median } from './median.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, child: { type: 'string' }, port: { type: 'string' } },
});
const IDLE_CONNECTIONS = 5000;
const MOST_RSS = 12 * 1024;
const CONTENDERS = ['floor', 'ours', 'ws', 'ours-16', 'floor-16'] as const;
type Contender = (typeof CONTENDERS)[number];

if (values.child === undefined) await compare(Number(values.rounds));
else await work(values.child, Number(values.port));

/** In a child: one measurement, as JSON on stdout. */
async function work(what: string, port: number): Promise<void> {
  const { floor, idle, ours, ws } = await import('./load/contenders.ts');
  const [name, depth = '1'] = what.split('-');
  const result =
    name === 'idle'
      ? await idle(port, IDLE_CONNECTIONS)
      : name === 'ws'
        ? await ws(port)
        : await (name === 'ours' ? ours : floor)(port, Number(depth));
  process.stdout.write(JSON.stringify(result));
  process.exit(0);
}

async function compare(rounds: number): Promise<void> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'load/plain-echo.ts')], { stdio: 'pipe' });
  const costs: Record<Contender, number[]> = { floor: [], ours: [], ws: [], 'ours-16': [], 'floor-16': [] };
  try {
    const port = await portOf(server);
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of round % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
        const { cpuUs, roundTrips } = await child<Cost>(contender, port);
        costs[contender].push(cpuUs / Math.max(1, roundTrips));
      }
    }
    const idle = await child<{ rss: number; heap: number; upgradesPerSecond: number }>('idle', port);
    process.exitCode = report(Object.fromEntries(CONTENDERS.map((name) => [name, median(costs[name])])) as Record<Contender, number>, idle)
      ? 0
      : 1;
  } finally {
    server.stdin.end();
  }
}

function report(
  us: Record<Contender, number>,
  idle: { readonly rss: number; readonly heap: number; readonly upgradesPerSecond: number },
): boolean {
  const lines = CONTENDERS.map((name) => `${name.padEnd(9)} ${us[name].toFixed(2).padStart(7)} us of CPU per round trip`);
  const targets: readonly (readonly [string, number, boolean])[] = [
    ['ours / floor, at most 1.25', us.ours / us.floor, us.ours <= 1.25 * us.floor],
    ['ours / ws, below 1', us.ours / us.ws, us.ours < us.ws],
    ['round trips per CPU second, 16 deep / one, at least 4', us.ours / us['ours-16'], us.ours >= 4 * us['ours-16']],
    [`KiB of memory per idle connection of ${IDLE_CONNECTIONS}, at most 12`, idle.rss / 1024, idle.rss <= MOST_RSS],
  ];
  lines.push(`ours-16 / floor-16: ${(us['ours-16'] / us['floor-16']).toFixed(2)}`);
  lines.push(`heap per idle connection: ${(idle.heap / 1024).toFixed(1)} KiB; opened at ${idle.upgradesPerSecond.toFixed(0)} a second`);
  for (const [what, value, isMet] of targets) lines.push(`${isMet ? 'met   ' : 'MISSED'} ${value.toFixed(2).padStart(6)}  ${what}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  return targets.every(([, , isMet]) => isMet);
}

async function child<Result>(what: string, port: number): Promise<Result> {
  const args = ['--expose-gc', import.meta.filename, '--child', what, '--port', String(port)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Result;
}

async function portOf(server: ChildProcessWithoutNullStreams): Promise<number> {
  const [chunk] = (await once(server.stdout, 'data')) as [Buffer];
  return Number(chunk.toString());
}
