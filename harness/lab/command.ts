import { execFile } from 'node:child_process';
import { HarnessError } from '../errors.ts';
import type { CommandResult } from '../model/service.ts';

/** An argv array; never a shell string. */
export type Command = readonly string[];

/**
 * Runs a program to its end. A non-zero exit is a result, not an error; a program that cannot be started is
 * LAB_ERR_MISSING_TOOL. Output is limited to 8 MiB.
 */
export function runCommand(argv: Command, options: { readonly input?: string; readonly timeoutMs?: number } = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { maxBuffer: 8 << 20, timeout: options.timeoutMs ?? 60_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code === 'string') {
          reject(new HarnessError('LAB_ERR_MISSING_TOOL', `expected to run '${program}', got ${error.code}`, { cause: error }));
          return;
        }
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 128, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => {
      /* A program that ends without reading its input closes the pipe: its exit code says what matters. */
    });
    child.stdin?.end(options.input ?? '');
  });
}

/** As runCommand, but a non-zero exit is LAB_ERR_COMMAND_FAILED with what the program printed. */
export async function mustRun(argv: Command, options: { readonly input?: string; readonly timeoutMs?: number } = {}): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.code !== 0) throw commandFailed(argv, result);
  return result.stdout;
}

export function commandFailed(argv: Command, result: CommandResult): HarnessError {
  const said = `${result.stderr}${result.stdout}`.trim().slice(0, 2000);
  return new HarnessError('LAB_ERR_COMMAND_FAILED', `'${argv.join(' ').slice(0, 300)}' ended with exit code ${result.code}: ${said}`);
}

/** Quotes argv arrays into one POSIX shell script, so that many commands cost one process. It stops at the first that fails. */
export function scriptOf(commands: readonly Command[]): string {
  const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return ['set -e', ...commands.map((command) => command.map(quote).join(' ')), ''].join('\n');
}
