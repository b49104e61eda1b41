import type { Command } from 'commander';
import type { JudgeWith } from './judge-with.ts';

export interface JudgeFlags {
  /** False: `--no-baseline`. Commander gives true where neither was said. */
  readonly baseline?: string | boolean;
  readonly maxWarnings?: string;
}

/** The flags about judging that `run` and `audit` have in common. */
export const withJudgeFlags = (command: Command): Command =>
  command
    .option('--baseline <file>', 'fail only on what is new or worse against this file of `hopscope baseline write`')
    .option('--no-baseline', 'pass over the baseline of the spec')
    .option('--max-warnings <number>', 'fail with more warnings than this');

/** What the flags of `run` and `audit` say about judging. Throws USAGE_ERR_BAD_FLAG. */
export async function judgeFlags({ baseline, maxWarnings }: JudgeFlags): Promise<JudgeWith> {
  const { parseMaxWarnings } = await import('./judge-with.ts');
  return {
    ...(baseline === undefined || baseline === true ? {} : { baseline: baseline === false ? null : baseline }),
    ...(maxWarnings === undefined ? {} : { maxWarnings: parseMaxWarnings(maxWarnings) }),
  };
}
