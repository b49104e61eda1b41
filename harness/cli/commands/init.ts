import { Option } from 'commander';
import { CI_SYSTEMS, type CiSystem } from '../ci-workflow.ts';
import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly ci?: CiSystem;
  readonly force?: true;
  readonly json?: true;
}

export const registerInit: Register = (program, finish) => {
  program
    .command('init')
    .description(
      'Finds configs of proxies in this folder and writes a hopscope.yaml that checks them, and a CI job. Where there are none: a spec and an example config to start from. Overwrites nothing.',
    )
    .addOption(
      new Option('--ci <system>', 'what to write a job for')
        .choices(CI_SYSTEMS)
        .default(undefined, 'what the repository uses, as far as it shows'),
    )
    .option('--force', 'overwrite a hopscope.yaml or a job that is there')
    .option('--json', 'print what was found and written as JSON')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope init && hopscope run', 'a spec for the configs that are here, and its first run'],
        ['hopscope init --ci none', 'without a job'],
      ]),
    )
    .action(async (flags: Flags) => {
      const { initCommandLine } = await import('../init-command.ts');
      finish(await initCommandLine(process.cwd(), { ci: flags.ci ?? null, force: flags.force === true, json: flags.json === true }));
    });
};
