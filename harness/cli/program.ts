import { Command, CommanderError } from 'commander';
import { EXIT, HarnessError } from '../errors.ts';
import { registerAnalyze } from './commands/analyze.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBaseline } from './commands/baseline.ts';
import { registerCheck } from './commands/check.ts';
import { registerDiff } from './commands/diff.ts';
import { registerDrive } from './commands/drive.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerFingerprint } from './commands/fingerprint.ts';
import { registerGrid } from './commands/grid.ts';
import { registerInit } from './commands/init.ts';
import { registerKnee } from './commands/knee.ts';
import { registerList } from './commands/list.ts';
import { registerMerge } from './commands/merge.ts';
import { registerMutate } from './commands/mutate.ts';
import { registerRemedy } from './commands/remedy.ts';
import { registerReport } from './commands/report.ts';
import { registerRun } from './commands/run.ts';
import { registerSetup } from './commands/setup.ts';
import { registerShrink } from './commands/shrink.ts';
import { helpFooter } from './help.ts';
import { packageVersion } from './package-root.ts';
import { printError } from './print-error.ts';
import type { Register } from './register.ts';

const COMMANDS: readonly Register[] = [
  registerRun,
  registerCheck,
  registerDiff,
  registerShrink,
  registerMutate,
  registerKnee,
  registerList,
  registerDoctor,
  registerSetup,
  registerAnalyze,
  registerAudit,
  registerBaseline,
  registerReport,
  registerRemedy,
  registerGrid,
  registerFingerprint,
  registerDrive,
  registerMerge,
  registerInit,
];

export function buildProgram(finish: (exitCode: number) => void): Command {
  const program = new Command('hopscope')
    .description(
      'Builds the network path your WebSockets take, drives real handshakes and load through it, and says which hop broke the connection and which line of which config did it.',
    )
    .version(packageVersion())
    // Errors are printed in one place, see printError.
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope doctor', 'what this machine has, and what is missing'],
        ['hopscope run', 'hopscope.yaml of this folder, else the built-in demonstration'],
        ["hopscope run --path 'incident-0001-*'", 'just the founding incident'],
        ['hopscope analyze good.pcap bad.pcap', 'captures taken elsewhere: what broke, and what did not'],
        ['hopscope init', 'a spec of your own to start from'],
      ]),
    );
  for (const register of COMMANDS) register(program, finish);
  return program;
}

/** Runs one command line to its end and returns the exit code. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.pass;
  try {
    const program = buildProgram((code) => {
      exitCode = code;
    });
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.pass;
    // The help was printed because no command was given.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.badInput;
    return printError(error instanceof CommanderError ? usageError(error) : error, { json: asksForJson(argv) });
  }
}

const usageError = (error: CommanderError): HarnessError =>
  new HarnessError('USAGE_ERR_BAD_FLAG', error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), { cause: error });

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}
