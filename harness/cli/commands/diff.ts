import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';
import { type SubjectFlags, subjectFlags, subjectOptions } from '../subject-flags.ts';

interface Flags extends SubjectFlags {
  readonly git?: string;
  readonly versions?: string;
  readonly limits: boolean;
  readonly latency: boolean;
  readonly seed?: string;
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

export const registerDiff: Register = (program, finish) => {
  const command = program
    .command('diff')
    .description(
      'Runs two configs of a proxy, or the same one at two revisions or under two versions, and says what one does otherwise than the other, by which lines, and what it costs in latency. Exit code 5 when something is worse.',
    )
    .argument('[before-and-after...]', 'two configs (files or folders) or two run folders; with --git and --versions the config alone');
  subjectFlags(command)
    .option('--git <A..B>', 'the same configs at two revisions of this checkout; of A alone: there and in the working folder')
    .option('--versions <A..B>', 'the same config under two versions of its proxy')
    .option('--no-limits', 'do not measure limits of time and reloads: they are only read')
    .option('--no-latency', 'do not compare latency and retransmissions')
    .option('--seed <number>', 'what every random choice is made from')
    .option('--out <folder>', 'folder to write into (default: a new one below runs/)')
    .option('--json', 'print the comparison as JSON on standard output')
    .option('--quiet', 'print the first line only')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope diff haproxy.cfg haproxy.new.cfg', 'what a change does to WebSockets, and which of its lines'],
        ['hopscope diff --git main..HEAD -- haproxy/haproxy.cfg', 'the same of a branch'],
        ['hopscope diff --git HEAD -- haproxy/haproxy.cfg', 'of what is not committed yet'],
        ['hopscope diff haproxy.cfg --versions 2.6..3.0', 'what an upgrade does'],
        ['hopscope diff runs/monday runs/friday', 'two saved runs; nothing is run'],
      ]),
    )
    .action(async (operands: readonly string[], flags: Flags) => {
      const { DEFAULT_SEED } = await import('../../spec/read-settings.ts');
      const { parseSeed } = await import('../../spec/resolve.ts');
      const { diffCommandLine } = await import('../diff-command.ts');
      finish(
        await diffCommandLine({
          ...subjectOptions(flags),
          operands,
          git: flags.git ?? null,
          versions: flags.versions ?? null,
          skipLimits: !flags.limits,
          skipLatency: !flags.latency,
          seed: flags.seed === undefined ? DEFAULT_SEED : parseSeed(flags.seed, '--seed'),
          out: flags.out ?? null,
          json: flags.json ?? false,
          quiet: flags.quiet ?? false,
        }),
      );
    });
};
