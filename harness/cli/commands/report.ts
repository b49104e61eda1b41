import { formatFlag } from '../format-flag.ts';
import { helpFooter } from '../help.ts';
import { REPORT_FORMATS, type ReportFormat } from '../judge-options.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly format: readonly ReportFormat[];
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerReport: Register = (program, finish) => {
  program
    .command('report')
    .description('Writes the reports of a saved run again.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .addOption(formatFlag(REPORT_FORMATS, '', 'the reports that a run writes'))
    .option('--out <folder>', 'folder to write into (default: the run folder)')
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope report runs/2026-01-31T12-00-00', 'the reports of the run again, into its folder'],
        ['hopscope report runs/2026-01-31T12-00-00 --format html,junit --out public', 'two of them, elsewhere'],
        ['hopscope report runs/2026-01-31T12-00-00 --format sarif', 'results.sarif, for code scanning'],
      ]),
    )
    .action(async (folder: string, { format, out, json, quiet }: Flags) => {
      const { reportCommandLine } = await import('../report-command.ts');
      finish(await reportCommandLine({ folder, json: json === true, quiet: quiet === true, formats: format, out: out ?? null }));
    });
};
