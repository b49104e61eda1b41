import { HarnessError } from '../errors.ts';
import type { SubjectOptions } from './check-options.ts';

export interface DiffOptions extends SubjectOptions {
  /** Two configs or run folders; with `versions` one config; with `git` one or more. */
  readonly operands: readonly string[];
  /** `A..B`: the same configs at two revisions; `A`: at one, and as they are in the working folder. */
  readonly git: string | null;
  /** `A..B`: the same config under two versions of its proxy. */
  readonly versions: string | null;
  readonly skipLimits: boolean;
  readonly skipLatency: boolean;
  readonly seed: number;
  readonly out: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The two ends of `A..B`; of `A..` the second is `last`. Throws USAGE_ERR_BAD_FLAG. */
export function rangeOf(written: string, flag: string, last: string | null): readonly [string, string] {
  const [, from = '', to = ''] = /^(.*[^.])\.\.([^.].*)?$/.exec(written) ?? [];
  const end = to === '' ? last : to;
  if (from !== '' && end !== null) return [from, end];
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${flag} to name two ends as A..B, got '${written.slice(0, 80)}'`);
}

/** The two revisions of `--git`; null is the working folder, as it is. Throws USAGE_ERR_BAD_FLAG. */
export const revisionsOf = (written: string): readonly [string, string | null] =>
  written === '' || written.includes('..') ? rangeOf(written, '--git', 'HEAD') : [written, null];

/** Throws USAGE_ERR_BAD_FLAG where the operands do not fit the flags. */
export function checkOperands({ operands, git, versions, version }: DiffOptions): void {
  const wrong = (expected: string): HarnessError =>
    new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected ${expected}, got ${operands.length === 0 ? 'none' : operands.join(' ').slice(0, 200)}`,
    );
  if (git !== null && versions !== null)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected --git or --versions, got both: one difference at a time');
  if (versions !== null && version !== null)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected --versions or --proxy-version, got both');
  if (git !== null && operands.length === 0) throw wrong('one or more configs behind `--git A..B --`');
  if (git === null && versions !== null && operands.length !== 1) throw wrong('one config with --versions A..B');
  if (git === null && versions === null && operands.length !== 2) throw wrong('two configs or two run folders: <before> <after>');
}
