import { Option } from 'commander';
import { helpFooter } from '../help.ts';
import { parseWhole } from '../knee-options.ts';
import { parseShare } from '../parse-share.ts';
import type { Register } from '../register.ts';
import { subjectFlags, type SubjectFlags, subjectOptions } from '../subject-flags.ts';

interface Flags extends SubjectFlags {
  readonly spec?: string;
  readonly failUnder?: string;
  readonly scenario: readonly string[];
  readonly width: string;
  readonly seed?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const registerMutate: Register = (program, finish) => {
  const command = program
    .command('mutate')
    .description(
      'Removes or alters each directive of your own config that matters to WebSockets, in turn, and says what the policy does not notice.',
    )
    .argument('<config>', 'as for `check`')
    .option('--spec <file>', 'spec whose policy is tried (default: every finding fails)')
    .option('--fail-under <percent>', 'fail when less of the mutants is noticed: 80%');
  subjectFlags(command)
    .addOption(
      new Option('--scenario <id>', 'run these scenarios instead of the usual ones; may be repeated')
        .argParser(collect)
        .default([], 'handshakes, tunnels, plain HTTP and limits of time'),
    )
    .option('--width <number>', 'mutants that are brought up side by side', '8')
    .option('--seed <number>', 'what every random choice is made from')
    .option('--json', 'print the result as JSON on standard output')
    .option('--quiet', 'print the score only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope mutate haproxy.cfg --spec hopscope.yaml', 'how much of the config the policy of this spec covers'],
        ['hopscope mutate nginx/ --fail-under 80%', 'for a pipeline'],
      ]),
    )
    .action(async (config: string, flags: Flags) => {
      const { DEFAULT_SEED } = await import('../../spec/read-settings.ts');
      const { parseSeed } = await import('../../spec/resolve.ts');
      const { mutateCommandLine } = await import('../mutate-command.ts');
      finish(
        await mutateCommandLine({
          ...subjectOptions(flags),
          config,
          spec: flags.spec ?? null,
          failUnder: flags.failUnder === undefined ? null : parseShare(flags.failUnder, '--fail-under'),
          scenarios: flags.scenario,
          width: parseWhole(flags.width, '--width', 1, 16),
          seed: flags.seed === undefined ? DEFAULT_SEED : parseSeed(flags.seed, '--seed'),
          json: flags.json ?? false,
          quiet: flags.quiet ?? false,
        }),
      );
    });
};
