import { Option } from 'commander';
import { type OutsideFlags, outsideFlags } from '../outside-flags.ts';
import { formatFlag } from '../format-flag.ts';
import { type Example, helpFooter } from '../help.ts';
import { type FileFormat, MORE_FORMATS } from '../judge-options.ts';
import type { Register } from '../register.ts';
import { subjectFlags, subjectOptions, type SubjectFlags } from '../subject-flags.ts';

interface Flags extends SubjectFlags, OutsideFlags {
  readonly scenario: readonly string[];
  readonly limits: boolean;
  readonly seed?: string;
  readonly out?: string;
  readonly format: readonly FileFormat[];
  readonly json?: true;
  readonly quiet?: true;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const EXAMPLES: readonly Example[] = [
  ['hopscope check /etc/haproxy/haproxy.cfg', 'what this config does to WebSockets'],
  ['hopscope check nginx/ --url wss://chat.example.com/socket', 'one entry that you name'],
  [
    'hopscope check site.conf --at /etc/nginx/sites-enabled/site.conf --provide maps/:/etc/nginx/maps/',
    'where it stands, and what it needs',
  ],
  [
    'hopscope check --url wss://chat.example.com/echo --origin-echo --hold 90',
    'a running proxy outside the lab; only against proxies that you own',
  ],
  ["hopscope check haproxy.cfg.j2 --render 'jinja2 haproxy.cfg.j2 vars.yml'", 'a template'],
];

export const registerCheck: Register = (program, finish) => {
  const command = program
    .command('check')
    .description(
      'Runs your own, unmodified proxy configs in a world made around them, and says of each entry whether WebSockets open, and if not, who refuses and by which line.',
    )
    .argument(
      '[config...]',
      'haproxy.cfg, nginx.conf, a site file or a conf.d folder, a Caddyfile, an Apache vhost, or a Node script; none: --url is checked where it stands, outside the lab, by what is harmless (only against proxies that you own)',
    );
  outsideFlags(subjectFlags(command))
    .addOption(
      new Option('--scenario <id>', 'run these scenarios instead of those of a check; may be repeated')
        .argParser(collect)
        .default([], 'those of a check'),
    )
    .option('--no-limits', 'do not measure limits of time and reloads, which a copy with divided durations is run for')
    .option('--seed <number>', 'what every random choice is made from')
    .option('--out <folder>', 'folder to write the run into (default: a new one below runs/)')
    .addOption(formatFlag(MORE_FORMATS, 'reports to write besides those that every run writes: ', 'none'))
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print the verdict only')
    .addHelpText('after', helpFooter(EXAMPLES))
    .action(async (configs: readonly string[], flags: Flags) => {
      const { DEFAULT_SEED } = await import('../../spec/read-settings.ts');
      const { parseSeed } = await import('../../spec/resolve.ts');
      const given = { ...subjectOptions(flags), configs, scenarios: flags.scenario, skipLimits: !flags.limits };
      const common = {
        seed: flags.seed === undefined ? DEFAULT_SEED : parseSeed(flags.seed, '--seed'),
        out: flags.out ?? null,
        formats: flags.format,
        json: flags.json ?? false,
        quiet: flags.quiet ?? false,
      };
      const { outsideOptions, refuseConfigFlags, refuseOutsideFlags } = await import('../check-url-options.ts');
      if (configs.length > 0) {
        refuseOutsideFlags(flags);
        const { checkCommandLine } = await import('../check-command.ts');
        finish(await checkCommandLine({ ...given, ...common }));
        return;
      }
      refuseConfigFlags(given);
      const { checkUrlCommandLine } = await import('../check-url-command.ts');
      finish(await checkUrlCommandLine({ ...outsideOptions(flags.url, flags), ...common }));
    });
};
