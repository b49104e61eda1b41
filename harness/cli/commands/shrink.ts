import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';
import { subjectFlags, type SubjectFlags, subjectOptions } from '../subject-flags.ts';
import { parseWhole } from '../knee-options.ts';

interface Flags extends SubjectFlags {
  readonly finding?: string;
  readonly out?: string;
  readonly width: string;
  readonly limit: string;
  readonly seed?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerShrink: Register = (program, finish) => {
  const command = program
    .command('shrink')
    .description('Reduces your own config to the few lines that still show a finding, each candidate really run.')
    .argument('<config>', 'as for `check`')
    .option('--finding <id>', 'finding as `check` names it, or its audit: refused-upgrade (default: the only one that fails)');
  subjectFlags(command)
    .option('--out <folder>', 'write what is left below this folder')
    .option('--width <number>', 'candidates that are brought up side by side', '8')
    .option('--limit <number>', 'most candidates that are run', '400')
    .option('--seed <number>', 'what every random choice is made from')
    .option('--json', 'print the result as JSON on standard output')
    .option('--quiet', 'print how far it went only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope shrink haproxy.cfg --finding refused-upgrade', 'why handshakes are refused, in as few lines as can be'],
        ['hopscope shrink nginx/ --url wss://chat.example.com/socket --out small/', 'for a bug report'],
      ]),
    )
    .action(async (config: string, flags: Flags) => {
      const { DEFAULT_SEED } = await import('../../spec/read-settings.ts');
      const { parseSeed } = await import('../../spec/resolve.ts');
      const { shrinkCommandLine } = await import('../shrink-command.ts');
      finish(
        await shrinkCommandLine({
          ...subjectOptions(flags),
          config,
          finding: flags.finding ?? null,
          out: flags.out ?? null,
          width: parseWhole(flags.width, '--width', 1, 16),
          limit: parseWhole(flags.limit, '--limit', 2, 5000),
          seed: flags.seed === undefined ? DEFAULT_SEED : parseSeed(flags.seed, '--seed'),
          json: flags.json ?? false,
          quiet: flags.quiet ?? false,
        }),
      );
    });
};
