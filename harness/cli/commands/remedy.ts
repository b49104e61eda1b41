import { HarnessError } from '../../errors.ts';
import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly finding?: string;
  readonly lab?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --limit to be a whole number from 1 to 999, got '${text.slice(0, 60)}'`);
}

export const registerRemedy: Register = (program, finish) => {
  program
    .command('remedy')
    .description('Tries patches of the blamed configs against the failures of a saved run, and shows those that cure.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .option('--finding <id>', 'only this finding (its id is in record.json and in the HTML report)')
    .option('--lab <lab>', 'docker, netns or auto (default: the lab of the run)')
    .option('--limit <number>', 'most patches to run (default: 12)')
    .option('--json', 'print the remedies as JSON on standard output')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope remedy runs/2026-01-31T12-00-00', 'every failure that a line of config is blamed for, declared ones too'],
        ['hopscope remedy runs/2026-01-31T12-00-00 --finding idle-cutoff/edge/idle-hold', 'one of them'],
      ]),
    )
    .action(async (folder: string, { finding, lab, limit, json = false, quiet = false }: Flags) => {
      const { parseLab } = await import('../../spec/resolve.ts');
      const choice = lab === undefined ? null : parseLab(lab, '--lab');
      const { remedyFolder } = await import('../remedy-command.ts');
      const most = limit === undefined ? null : parseLimit(limit);
      finish(await remedyFolder({ folder, finding: finding ?? null, lab: choice, limit: most, json, quiet }));
    });
};
