import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerMerge: Register = (program, finish) => {
  program
    .command('merge')
    .description('Adds up what the drivers of one load wrote, judges it, and writes a run folder with its report.')
    .argument('<files...>', 'results of `hopscope drive`, or logs that contain them; - is standard input')
    .option('--out <folder>', 'folder to write the run into, which must not exist (default: a new one below runs/)')
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print the verdict only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope merge 0.ndjson 1.ndjson 2.ndjson', 'files of three drivers'],
        ['kubectl logs -l job-name=hopscope-steady --tail=-1 --prefix | hopscope merge -', 'the log of an Indexed Job'],
      ]),
    )
    .action(async (files: readonly string[], { out, json, quiet }: Flags) => {
      const { mergeCommandLine } = await import('../merge-command.ts');
      finish(await mergeCommandLine({ files, out: out ?? null, json: json === true, quiet: quiet === true }));
    });
};
