/*
 * Attacks the analysis of captures with mutated ones:
 *
 *   node test/soak/mutate-captures.ts [--count 1000000] [--seed 1] [--workers 2] [--report-every 500] [--out FOLDER]
 *   node test/soak/mutate-captures.ts --seed 1 --only 4711 [--out FOLDER]      runs input 4711 again, and throws what it throws
 *
 * An input is a small capture (built here, TLS and HTTP/2 recorded from Node itself, and the first packets of captures of others where they are kept)
 * after up to five changes: bytes flipped, absurd lengths, records cut, moved, repeated, left out, taken from another capture, noise. It must be read in
 * pieces of any size without a throw, in bounded time, and to a result that adds up; some go on to all reports. What fails is written to --out, because
 * TLS is never recorded the same twice. Exit code 1: something failed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { checkCapture } from './check-capture.ts';
import { checkReports } from './check-reports.ts';
import { allSeeds } from './seed-captures.ts';
import { soakInput } from './soak-input.ts';
import type { SoakNews, SoakShare } from './soak-worker.ts';

const STUCK_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const MOST_SHOWN = 20;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    'report-every': { type: 'string', default: '500' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const seed = Number(values.seed);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'hopscope-soak-'));
const captures = (await allSeeds()).map(({ bytes }) => bytes);

function keep(number: number): string {
  const out = values.out ?? '.';
  mkdirSync(out, { recursive: true });
  const file = join(out, `soak-${seed}-${number}.pcap`);
  writeFileSync(file, soakInput(seed, number, captures).capture);
  return file;
}

async function runOne(number: number): Promise<void> {
  if (values.out !== undefined) print(`written to ${keep(number)}`);
  const { capture, other, random } = soakInput(seed, number, captures);
  print(JSON.stringify(checkCapture(capture, random)));
  await checkReports(join(folder, 'only'), capture, other, random);
}

/** Runs the share of one worker. A worker that does not get on is ended, and another goes on behind the input that it hung at. */
function runShare(share: SoakShare, onFailure: (number: number, what: string) => void): Promise<SoakNews & { readonly kind: 'done' }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('soak-worker.ts', import.meta.url), { workerData: share });
    let [last, since] = [-1, performance.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(share.at, 0);
      if (now !== last) [last, since] = [now, performance.now()];
      else if (performance.now() - since > STUCK_MS) {
        clearInterval(watch);
        onFailure(now, `does not end within ${STUCK_MS} ms`);
        void worker.terminate().then(() => runShare({ ...share, from: now + share.step }, onFailure).then(resolve, reject));
      }
    }, LOOK_EVERY_MS);
    worker.on('message', (news: SoakNews) => {
      if (news.kind === 'failure') onFailure(news.number, news.stack.includes(news.message) ? news.stack : `${news.message} ${news.stack}`);
      else {
        clearInterval(watch);
        resolve(news);
      }
    });
    worker.once('error', reject);
  });
}

async function runAll(): Promise<number> {
  const startedAt = performance.now();
  const workers = Number(values.workers);
  let failures = 0;
  const onFailure = (number: number, what: string): void => {
    failures += 1;
    if (failures > MOST_SHOWN) return;
    print(`input ${number} (${keep(number)}): ${what}`);
    print(`  again: node test/soak/mutate-captures.ts --seed ${seed} --only ${number}`);
  };
  const places = Array.from({ length: workers }, () => new Int32Array(new SharedArrayBuffer(12)));
  const done = await Promise.all(
    places.map((at, worker) => {
      const range = { from: worker, to: Number(values.count), step: workers };
      return runShare({ seed, ...range, reportEvery: Number(values['report-every']), captures, folder, at }, onFailure);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const [inputs, packets] = [1, 2].map((place) => places.reduce((sum, at) => sum + Atomics.load(at, place), 0));
  const slowest = done.toSorted((a, b) => b.slowestMs - a.slowestMs)[0];
  print(`${inputs} inputs made from ${captures.length} captures, ${packets} packets, seed ${seed}: ${failures} failures`);
  print(
    `${seconds.toFixed(1)} s, ${Math.round((inputs ?? 0) / seconds)} inputs/s; slowest ${slowest?.slowestMs.toFixed(0)} ms (input ${slowest?.slowest})`,
  );
  return failures;
}

try {
  if (values.only === undefined) process.exitCode = (await runAll()) > 0 ? 1 : 0;
  else await runOne(Number(values.only));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
