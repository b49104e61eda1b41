import { pathWithSbin } from '../setup/path-with-sbin.ts';
import { printError } from './print-error.ts';
import { runProgram } from './program.ts';

/** The last resort for what nothing caught: one line instead of a stack trace, and the code of a broken lab. */
function onDefect(error: unknown): void {
  const exitCode = printError(error, { json: false });
  // The state of the program is unknown: no waiting for what may never end. Standard error was written synchronously.
  process.exit(exitCode);
}

// A reader that left (`hopscope list paths | head`) is no defect.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') onDefect(error);
});
process.on('uncaughtException', onDefect);
process.on('unhandledRejection', onDefect);
process.env['PATH'] = pathWithSbin(process.env['PATH']);
process.exitCode = await runProgram(process.argv.slice(2));
