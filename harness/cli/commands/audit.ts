import { formatFlag } from '../format-flag.ts';
import { helpFooter } from '../help.ts';
import { judgeFlags, type JudgeFlags, withJudgeFlags } from '../judge-flags.ts';
import { FILE_FORMATS, type FileFormat } from '../judge-options.ts';
import type { Register } from '../register.ts';

interface Flags extends JudgeFlags {
  readonly format: readonly FileFormat[];
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerAudit: Register = (program, finish) => {
  const command = program
    .command('audit')
    .description('Judges a saved run again, or several repeats of one together, without a lab: the evidence is read from the folders.')
    .argument('<run-folder...>', 'folders that `hopscope run` wrote; of several a failure in some of them is flaky')
    .addOption(formatFlag(FILE_FORMATS, 'reports of this judgement to write: ', 'none'))
    .option('--out <folder>', 'folder to write them into (default: the run folder; of several runs it has to be said)')
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print the verdict only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope audit runs/2026-01-31T12-00-00', 'the same evidence, the audits of this version'],
        ['hopscope audit runs/a runs/b runs/c', 'three repeats: which failures are firm, and which are flaky'],
        ['hopscope audit runs/a --baseline .hopscope-baseline.json', 'exit 5 when something is worse than it was'],
      ]),
    );
  withJudgeFlags(command).action(async (folders: readonly string[], flags: Flags) => {
    const judgeWith = await judgeFlags(flags);
    const { auditCommandLine } = await import('../audit-command.ts');
    finish(
      await auditCommandLine({
        folders,
        json: flags.json === true,
        quiet: flags.quiet === true,
        judgeWith,
        formats: flags.format,
        out: flags.out ?? null,
      }),
    );
  });
};
