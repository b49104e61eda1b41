import { parentPort, workerData } from 'node:worker_threads';

/*
 * Sleeps until the time that the other thread set, to a few microseconds, and says so once. Shared: a count that rises with every new time (4 bytes, then 4 unused),
 * and the time in Unix milliseconds with a fraction (8 bytes).
 */

const memory = workerData as SharedArrayBuffer;
const count = new Int32Array(memory, 0, 2);
const due = new Float64Array(memory, 8, 1);

for (;;) {
  const seen = Atomics.load(count, 0);
  const leftMs = (due[0] ?? Number.POSITIVE_INFINITY) - (performance.timeOrigin + performance.now());
  // A new time wakes it, and then the sum is done again.
  if (leftMs > 0) Atomics.wait(count, 0, seen, leftMs);
  else {
    parentPort?.postMessage(0, []);
    Atomics.wait(count, 0, seen);
  }
}
