import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often the kernel's figures are read. The last reading is at most this old when the program ends. */
const READ_EVERY_MS = 4;
/** Unit of the times in /proc/<pid>/stat (USER_HZ), the same on every Linux that Node runs on. */
const TICK_MS = 10;

/** What one run of a program took. */
export interface MeasuredRun {
  readonly wallMs: number;
  /** User and system time, to 10 ms. */
  readonly cpuMs: number;
  /** Most memory that was resident (VmHWM). */
  readonly peakBytes: number;
}

/** Runs a program to its end, its standard output to /dev/null. Throws when it fails. */
export async function measuredRun(argv: readonly string[]): Promise<MeasuredRun> {
  const [program = '', ...args] = argv;
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('latin1')}`.slice(-2000);
  });
  let [peakBytes, cpuMs] = [0, 0];
  const timer = setInterval(() => {
    const usage = usageOf(child.pid ?? 0);
    peakBytes = Math.max(peakBytes, usage.peakBytes);
    cpuMs = Math.max(cpuMs, usage.cpuMs);
  }, READ_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
    const wallMs = performance.now() - startedAt;
    if (code !== 0) throw new Error(`'${argv.join(' ')}' ended with exit code ${String(code)}: ${said}`);
    return { wallMs, cpuMs, peakBytes };
  } finally {
    clearInterval(timer);
  }
}

/** Nothing once it has ended. */
function usageOf(pid: number): { readonly peakBytes: number; readonly cpuMs: number } {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { peakBytes: Number(peak ?? 0) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return { peakBytes: 0, cpuMs: 0 };
  }
}
