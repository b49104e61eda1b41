import { EXIT } from '../../errors.ts';
import { canRunSomething, diagnose, type Diagnosis, type LabState } from '../../setup/diagnose.ts';
import { thisMachine } from '../../setup/machine.ts';
import { terminalText } from '../../../reports/terminal/escape.ts';
import { helpFooter } from '../help.ts';
import { say, sayJson, tell } from '../output.ts';
import type { Register } from '../register.ts';
import { reapEverything } from '../reap.ts';
import { table } from '../table.ts';

const labLine = (name: string, { canRun, because }: LabState): string =>
  `${name} lab: ${canRun ? 'can run' : `cannot run; ${terminalText(because)}`}`;

/** The table that `hopscope doctor` prints. */
export function diagnosisLines({ capabilities, labs }: Diagnosis): readonly string[] {
  const rows = capabilities.map(({ title, present, version, because, enables }) => [
    title,
    present ? (version ?? 'yes') : 'no',
    present ? enables : `${enables} (${because ?? 'absent'})`,
  ]);
  return [...table(['capability', 'present', 'what it enables'], rows), '', labLine('netns', labs.netns), labLine('docker', labs.docker)];
}

export const registerDoctor: Register = (program, finish) => {
  program
    .command('doctor')
    .description('Says what this machine has, what each thing enables, and which labs can run. Changes nothing without --clean.')
    .option('--clean', 'remove what killed runs left behind')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope doctor', 'the table; 0 when at least one lab can run, else 3'],
        ['hopscope doctor --clean', 'after a kill -9 or a power cut'],
      ]),
    )
    .action(async ({ clean = false, json = false }: { readonly clean?: boolean; readonly json?: boolean }) => {
      const removed = clean ? await reapEverything() : [];
      const diagnosis = await diagnose(thisMachine());
      if (json) sayJson({ ...diagnosis, removed });
      else say(...diagnosisLines(diagnosis));
      if (clean && !json)
        tell(...(removed.length === 0 ? ['nothing was left behind'] : removed.map((what) => `removed ${terminalText(what)}`)));
      finish(canRunSomething(diagnosis) ? EXIT.pass : EXIT.labBroke);
    });
};
