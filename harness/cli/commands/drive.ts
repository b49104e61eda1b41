import { Option } from 'commander';
import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';

interface Flags {
  readonly url: string;
  readonly spec: string;
  readonly load: string;
  readonly shard?: string;
  readonly runId?: string;
  readonly barrier?: string;
  readonly barrierTimeout: string;
  readonly durationLimit?: string;
  readonly out: readonly string[];
  readonly quiet?: true;
  readonly emit?: string;
  readonly drivers?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly resultsClaim?: string;
}

const collect = (file: string, before: readonly string[]): readonly string[] => [...before, file];

export const registerDrive: Register = (program, finish) => {
  program
    .command('drive')
    .description('Drives a load, or one shard of it, over a path outside the lab that is yours, and writes what it saw as JSON lines.')
    .requiredOption('--url <url>', 'ws:// or wss:// URL that echoes messages')
    .requiredOption('--spec <file>', 'spec file that has the profile under `loads`; it needs no paths')
    .requiredOption('--load <name>', 'name of the profile')
    .option('--shard <i/N>', 'part i, from 0, of N (default: JOB_COMPLETION_INDEX and HOPSCOPE_SHARDS, else 0/1)')
    .option('--run-id <id>', 'equal in all shards (default: HOPSCOPE_RUN_ID, else made of URL, profile and N)')
    .option('--barrier <host:port>', 'where shard 0 waits for the others, so that all start together')
    .option('--barrier-timeout <seconds>', 'how long the others may take to come', '120')
    .option('--duration-limit <seconds>', 'stop the load after so long')
    .addOption(
      new Option(
        '--out <file>',
        'new file for the result, {run} and {shard} stand for run id and index; - is standard output; may be repeated',
      )
        .argParser(collect)
        .default([], '-'),
    )
    .option('--quiet', 'no progress')
    .addOption(new Option('--emit <what>', 'write a manifest that runs the drivers, instead of driving').choices(['kubernetes']))
    .option('--drivers <N>', 'with --emit: number of drivers')
    .option('--image <image>', 'with --emit: image that has hopscope')
    .option('--namespace <name>', 'with --emit: namespace of the objects')
    .option('--results-claim <name>', 'with --emit: PersistentVolumeClaim that the results are written to as well')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope drive --url wss://edge.example/socket --spec load.yaml --load steady --out 0.ndjson', 'one driver'],
        ['hopscope drive ... --shard 1/3 --barrier driver-0:7070', 'the second of three'],
        ['hopscope drive ... --emit kubernetes --drivers 5 > job.yaml', 'an Indexed Job, see docs/kubernetes.md'],
        ['hopscope merge 0.ndjson 1.ndjson 2.ndjson', 'one record of all'],
      ]),
    )
    .action(async (flags: Flags) => {
      const { driveCommandLine } = await import('../drive-command.ts');
      finish(await driveCommandLine(flags));
    });
};
