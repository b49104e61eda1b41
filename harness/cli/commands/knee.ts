import { HarnessError } from '../../errors.ts';
import { helpFooter } from '../help.ts';
import { checkBounds, parseOf, parseStep, parseWhole } from '../knee-options.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly path?: string;
  readonly limit?: string;
  readonly of: string;
  readonly from?: string;
  readonly most?: string;
  readonly step: string;
  readonly connections: string;
  readonly size: string;
  readonly drivers: string;
  readonly lab?: string;
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** Where a search begins, and what no search goes beyond, unless it is said. */
const BOUNDS = { messages: { from: '100', most: '100000' }, connections: { from: '10', most: '20000' } } as const;
const MOST_VALUE = 1_000_000;

function wanted(value: string | undefined, flag: string): string {
  if (value !== undefined) return value;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${flag}, got a command without it`);
}

export const registerKnee: Register = (program, finish) => {
  program
    .command('knee')
    .description(
      'Searches for the most messages a second, or connections, that one path carries within a limit, and names what ended first.',
    )
    .argument('[spec]', 'spec file (default: hopscope.yaml of this folder, else the built-in demonstration)')
    .option('--path <pattern>', 'the path to search on; it must match one')
    .option('--limit <condition>', 'what must hold: `p99 < 50ms and failures == 0`')
    .option('--of <what>', 'what is raised: messages (a second) or connections', 'messages')
    .option('--from <number>', 'where the search begins (default: 100 messages a second, 10 connections)')
    .option('--most <number>', 'no higher than this (default: 100000 messages a second, 20000 connections)')
    .option('--step <duration>', 'how long each load lasts', '3s')
    .option('--connections <number>', 'sessions that carry the messages', '64')
    .option('--size <bytes>', 'payload of a message', '128')
    .option('--drivers <number>', 'driver processes that share the load', '1')
    .option('--lab <lab>', 'docker, netns or auto')
    .option('--out <folder>', 'folder to write the run into (default: a new one below runs/)')
    .option('--json', 'print what was found as JSON on standard output')
    .option('--quiet', 'print one sentence only')
    .addHelpText(
      'after',
      helpFooter([
        ["hopscope knee --path haproxy-plain --limit 'p99 < 50ms and failures == 0'", 'how many messages a second'],
        ["hopscope knee --path nginx-plain --of connections --limit 'failures <= 0.1%'", 'how many sockets'],
      ]) +
        '\n\nLimits compare p50, p90, p99, p999 or max (from the time a message was due to its echo), upgrade.p99 and the like, and failures, lost, missed,' +
        '\ncorrupted, unanswered (counts, or shares such as 0.1%), with < <= > >= ==, joined by and, or and parentheses.' +
        '\nExit code: 0 when a load was found that keeps the limit, 4 when even the lowest does not.',
    )
    .action(async (spec: string | undefined, flags: Flags) => {
      const of = parseOf(flags.of);
      const { path, limit } = { path: wanted(flags.path, '--path'), limit: wanted(flags.limit, '--limit') };
      const options = {
        from: parseWhole(flags.from ?? BOUNDS[of].from, '--from', 1, MOST_VALUE),
        most: parseWhole(flags.most ?? BOUNDS[of].most, '--most', 1, MOST_VALUE),
        stepMs: parseStep(flags.step),
        connections: parseWhole(flags.connections, '--connections', 1, 100_000),
        size: parseWhole(flags.size, '--size', 1, 1 << 20),
        drivers: parseWhole(flags.drivers, '--drivers', 1, 64),
      };
      checkBounds(options);
      const { parseLab } = await import('../../spec/resolve.ts');
      const lab = flags.lab === undefined ? null : parseLab(flags.lab, '--lab');
      const { kneeCommandLine } = await import('../knee-command.ts');
      const { out = null, json = false, quiet = false } = flags;
      finish(await kneeCommandLine({ ...options, spec: spec ?? null, path, limit, of, lab, out, json, quiet }));
    });
};
