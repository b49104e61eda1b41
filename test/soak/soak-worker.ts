import { parentPort, workerData } from 'node:worker_threads';
import { join } from 'node:path';
import { checkCapture } from './check-capture.ts';
import { checkReports } from './check-reports.ts';
import { soakInput } from './soak-input.ts';

/** What a worker is given: numbers `from`, `from + step` ... below `to`. */
export interface SoakShare {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** One input in so many goes through files and reports as well. */
  readonly reportEvery: number;
  readonly captures: readonly Uint8Array[];
  readonly folder: string;
  /** Where it writes the number that it is at, for whoever watches that it goes on, and adds up inputs and packets. */
  readonly at: Int32Array;
}

/** What a worker tells: each failure, and the sum at its end. */
export type SoakNews =
  | { readonly kind: 'failure'; readonly number: number; readonly message: string; readonly stack: string }
  | { readonly kind: 'done'; readonly slowestMs: number; readonly slowest: number };

/** Far more than any input of this size may take, on a machine that does other things as well. */
const TOO_LONG_MS = 2000;

const { seed, from, to, step, reportEvery, captures, folder, at } = workerData as SoakShare;
const tell = (news: SoakNews): void => parentPort?.postMessage(news, []);
const whole = captures.map((bytes) => Buffer.from(bytes));
const sums = { slowestMs: 0, slowest: from };

for (let number = from; number < to; number += step) {
  Atomics.store(at, 0, number);
  const startedAt = performance.now();
  try {
    const { capture, other, random } = soakInput(seed, number, whole);
    Atomics.add(at, 2, checkCapture(capture, random).packets);
    const tookMs = performance.now() - startedAt;
    if (tookMs > sums.slowestMs) [sums.slowestMs, sums.slowest] = [tookMs, number];
    if (tookMs > TOO_LONG_MS) throw new Error(`took ${tookMs.toFixed(0)} ms`);
    if (number % reportEvery === 0) await checkReports(join(folder, `input-${from}`), capture, other, random);
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: 'failure', number, message, stack });
  }
  Atomics.add(at, 1, 1);
}
tell({ kind: 'done', ...sums });
