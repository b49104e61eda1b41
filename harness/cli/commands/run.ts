import { Option } from 'commander';
import { formatFlag } from '../format-flag.ts';
import { type Example, helpFooter } from '../help.ts';
import { judgeFlags, withJudgeFlags } from '../judge-flags.ts';
import { type FileFormat, MORE_FORMATS } from '../judge-options.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly lab?: string;
  readonly path: readonly string[];
  readonly scenario: readonly string[];
  readonly load: readonly string[];
  readonly changedSince?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly capture?: string;
  readonly timeScale?: string;
  readonly realTime?: true;
  readonly format: readonly FileFormat[];
  readonly json?: true;
  readonly quiet?: true;
  readonly keep?: true;
  readonly remedies?: true;
  readonly repeats?: string;
  readonly baseline?: string | false;
  readonly maxWarnings?: string;
}

const collect = (pattern: string, before: readonly string[]): readonly string[] => [...before, pattern];

const EXAMPLES: readonly Example[] = [
  ['hopscope run', 'everything'],
  ['hopscope run edge.yaml --lab docker', 'your own spec, in containers'],
  ["hopscope run --path 'nginx-*' --scenario opening-handshake", 'a part of it'],
  ['hopscope run --changed-since HEAD --scenario opening-handshake', 'what you are working on'],
  ['hopscope run builtin:subjects', 'every proxy that there is; also builtin:load, network, limits, reload and transport'],
  ["hopscope run edge.yaml --load 'morning*'", 'the loads of a spec with these names'],
  ['hopscope run edge.yaml --baseline .hopscope-baseline.json', 'exit 5 when something is worse than it was'],
  ['hopscope run edge.yaml --repeats 3', 'what fails always, and what fails sometimes'],
  ['hopscope run --json --quiet > record.json', 'for a program'],
];

export const registerRun: Register = (program, finish) => {
  const command = program
    .command('run')
    .description('Runs the scenarios over the paths of a spec, judges what was recorded and reports it.')
    .argument('[spec]', 'spec file (default: hopscope.yaml of this folder, else the built-in demonstration)')
    .option('--lab <lab>', 'docker, netns or auto')
    .addOption(
      new Option('--path <pattern>', "only paths whose id matches; '*' and '?' stand for anything; may be repeated")
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--scenario <pattern>', 'only scenarios whose id matches; may be repeated')
        .argParser(collect)
        .default([], 'as in the spec'),
    )
    .addOption(
      new Option('--load <pattern>', 'only load profiles whose name matches, with the scenario load; may be repeated')
        .argParser(collect)
        .default([], 'all'),
    )
    .option('--changed-since <revision>', 'only paths whose config, or a file beside it, differs from this git revision')
    .option('--seed <number>', 'what every random choice is made from')
    .option('--out <folder>', 'folder to write the run into (default: a new one below runs/)')
    .option('--capture <what>', 'packets to keep: auto, full, headers or off')
    .option('--time-scale <factor>', 'divide the durations of every config in a copy: 30 makes 60 s of 2 s')
    .option('--real-time', 'wait for limits of time as long as they are')
    .addOption(formatFlag(MORE_FORMATS, 'reports to write besides those that every run writes: ', 'none'))
    .option('--json', 'print the record as JSON on standard output')
    .option('--quiet', 'print the verdict only')
    .option('--keep', 'keep the lab up afterwards, to look inside')
    .option('--repeats <number>', 'run it so often, and tell failures that are firm from those that are flaky')
    .option('--remedies', 'try patches of the blamed configs afterwards, and show those that cure')
    .addHelpText(
      'after',
      helpFooter(EXAMPLES) +
        '\n\nEnvironment: HOPSCOPE_LAB, HOPSCOPE_SEED, HOPSCOPE_OUT, HOPSCOPE_CAPTURE, HOPSCOPE_QUIET, HOPSCOPE_KEEP; flags win over them, they win over the spec.',
    );
  withJudgeFlags(command).action(async (spec: string | undefined, flags: Flags) => {
    // Loaded only now: reading specs is most of what this program consists of, and `--help` or `analyze` must not wait for it.
    const { parseCapture, parseLab, parseSeed, parseTimeScale } = await import('../../spec/resolve.ts');
    const given = {
      lab: flags.lab === undefined ? null : parseLab(flags.lab, '--lab'),
      seed: flags.seed === undefined ? null : parseSeed(flags.seed, '--seed'),
      capture: flags.capture === undefined ? null : parseCapture(flags.capture, '--capture'),
      timeScale: flags.timeScale === undefined ? null : parseTimeScale(flags.timeScale, '--time-scale'),
      realTime: flags.realTime === true,
    };
    const judgeWith = await judgeFlags(flags);
    const { runCommandLine } = await import('../run-command.ts');
    const { out = null, changedSince = null, json = false, quiet = false, keep = false, remedies = false } = flags;
    const wanted = { ...given, spec: spec ?? null, paths: flags.path, scenarios: flags.scenario, loads: flags.load, changedSince, out };
    const options = { ...wanted, json, quiet, keep, remedies, judgeWith, formats: flags.format };
    if (flags.repeats === undefined) return finish(await runCommandLine(options));
    const { repeatCommandLine, REPEATS } = await import('../repeat-command.ts');
    const { parseWhole } = await import('../knee-options.ts');
    finish(await repeatCommandLine(options, parseWhole(flags.repeats, '--repeats', REPEATS.least, REPEATS.most)));
  });
};
