import type { ProcessEnd } from '../../harness/model/crash-evidence.ts';
import { signalName } from '../../harness/model/signal-name.ts';

/** `Current worker (12) exited with code 139 (Segmentation fault)`, as the master process writes it: 128 and the signal. */
const ENDED = /\] +\(\d+\) : (?:[Cc]urrent|[Ff]ormer) worker (?:#\d+ )?\(\d+\) exited with code (\d+)/;

/** How a worker ended by a signal, out of the line in which the process above it says so. */
export function workerEnd(line: string): ProcessEnd | null {
  const [, number] = ENDED.exec(line) ?? [];
  const signal = number === undefined ? null : signalName(Number(number) - 128);
  return signal === null ? null : { exitCode: null, signal };
}
