import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly out: string;
  readonly ratchet?: true;
  readonly quiet?: true;
}

export const registerBaseline: Register = (program, finish) => {
  const command = program
    .command('baseline')
    .description('What is known to be wrong, as a small file for git: later runs fail only on what is new or worse.');
  command
    .command('write')
    .description('Writes what fails in a saved run, and how good the rest is, into a file that `--baseline` takes.')
    .argument('[run-folder]', 'folder that `hopscope run` wrote (default: the newest below runs/)')
    .option('--out <file>', 'file to write', '.hopscope-baseline.json')
    .option('--ratchet', 'take out of the file what got better, and add nothing')
    .option('--quiet', 'print nothing')
    .addHelpText(
      'after',
      `${helpFooter([
        ['hopscope baseline write', 'accept what the newest run below runs/ shows'],
        ['hopscope run edge.yaml --baseline .hopscope-baseline.json', 'exit 5 when something is worse, 0 when nothing is'],
        ['hopscope baseline write --ratchet', 'what was mended may not come back'],
      ])}\n\nThe file has no times, ports or addresses: commit it and review it like code.`,
    )
    .action(async (folder: string | undefined, { out, ratchet, quiet }: Flags) => {
      const { baselineCommandLine } = await import('../baseline-command.ts');
      finish(await baselineCommandLine({ folder: folder ?? null, out, ratchet: ratchet === true, quiet: quiet === true }));
    });
};
