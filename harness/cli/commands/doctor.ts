import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

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
      const { doctorCommandLine } = await import('../doctor-command.ts');
      finish(await doctorCommandLine({ clean, json }));
    });
};
