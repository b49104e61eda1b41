import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly all?: true;
  readonly html?: string;
  readonly json?: true;
}

export const registerGrid: Register = (program, finish) => {
  program
    .command('grid')
    .description('Shows which subject does what in each case of a saved run: where all agree, known quirks, and faults.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .option('--all', 'cases on which all paths agree, too')
    .option('--html <file>', 'write the whole table to this file as well')
    .option('--json', 'print the grid as JSON on standard output')
    .addHelpText('after', helpFooter([['hopscope grid runs/20260131-120000-4242 --html grid.html', 'who does what, and the whole table']]))
    .action(async (folder: string, { all, html, json }: Flags) => {
      const { gridCommandLine } = await import('../grid-command.ts');
      finish(await gridCommandLine({ folder, all: all === true, html: html ?? null, json: json === true }));
    });
};
