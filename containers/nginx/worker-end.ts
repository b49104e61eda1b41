import type { ProcessEnd } from '../../harness/model/crash-evidence.ts';
import { signalName } from '../../harness/model/signal-name.ts';

/** `worker process 12 exited on signal 11 (core dumped)`, as the master process writes it. */
const ENDED = /\[alert\] \d+#\d+: worker process \d+ exited on signal (\d+)/;

/** How a worker ended by a signal, out of the line in which the process above it says so. */
export function workerEnd(line: string): ProcessEnd | null {
  const [, number] = ENDED.exec(line) ?? [];
  const signal = number === undefined ? null : signalName(Number(number));
  return signal === null ? null : { exitCode: null, signal };
}
