import type { ProcessEnd } from '../../harness/model/crash-evidence.ts';
import { signalName } from '../../harness/model/signal-name.ts';

/** `Child (12) died signal=6`, as the manager process writes it. */
const ENDED = /\bChild \(\d+\) died signal=(\d+)/;

/** How a worker ended by a signal, out of the line in which the process above it says so. */
export function workerEnd(line: string): ProcessEnd | null {
  const [, number] = ENDED.exec(line) ?? [];
  const signal = number === undefined ? null : signalName(Number(number));
  return signal === null ? null : { exitCode: null, signal };
}
