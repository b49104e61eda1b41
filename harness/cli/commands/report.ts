import { Option } from 'commander';
import { HarnessError } from '../../errors.ts';
import { suggestion } from '../../spec/nearest.ts';
import { helpFooter } from '../help.ts';
import { REPORT_FORMATS, type ReportFormat } from '../judge-options.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly format: readonly ReportFormat[];
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `html` or `html,junit`, and the flag may be repeated. */
function collectFormats(text: string, before: readonly ReportFormat[]): readonly ReportFormat[] {
  const added = text.split(',').map((word) => {
    const format = REPORT_FORMATS.find((name) => name === word.trim());
    if (format !== undefined) return format;
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected --format to be among ${REPORT_FORMATS.join(', ')}, got '${word.slice(0, 60)}'${suggestion(word, REPORT_FORMATS)}`,
    );
  });
  return [...new Set([...before, ...added])];
}

export const registerReport: Register = (program, finish) => {
  program
    .command('report')
    .description('Writes the reports of a saved run again.')
    .argument('<run-folder>', 'folder that `hopscope run` wrote')
    .addOption(
      new Option('--format <formats>', `${REPORT_FORMATS.join(', ')}; with commas or repeated`)
        .argParser(collectFormats)
        .default([], 'all'),
    )
    .option('--out <folder>', 'folder to write into (default: the run folder)')
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope report runs/2026-01-31T12-00-00', 'all reports, into the run folder'],
        ['hopscope report runs/2026-01-31T12-00-00 --format html,junit --out public', 'two of them, elsewhere'],
      ]),
    )
    .action(async (folder: string, { format, out, json, quiet }: Flags) => {
      const { reportFolder } = await import('../judge-folder.ts');
      finish(await reportFolder({ folder, json: json === true, quiet: quiet === true, formats: format, out: out ?? null }));
    });
};
