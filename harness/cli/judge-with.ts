import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { MAX_BASELINE_BYTES, readBaseline } from '../gate/read-baseline.ts';
import type { Baseline } from '../model/baseline.ts';
import type { Policy } from '../model/policy.ts';

/** What a command line says about judging; absent: as the spec says. */
export interface JudgeWith {
  /** A baseline file, relative to the working folder; null: none, whatever the spec says. */
  readonly baseline?: string | null;
  readonly maxWarnings?: number;
}

/** Name of the copy of a baseline in the run folder, so that a saved run is judged the same later and elsewhere. */
export const BASELINE_COPY = 'baseline.json';

export interface MeantBaseline {
  readonly content: Baseline;
  /** The file as the user knows it. */
  readonly file: string;
  readonly text: string;
}

/** Reads a baseline file. Throws BASELINE_ERR_UNREADABLE. `label` is what messages call it. */
export function baselineFile(path: string, label: string): MeantBaseline {
  const text = textOf(path, label);
  return { content: readBaseline(text, label), file: label, text };
}

function textOf(path: string, label: string): string {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BASELINE_BYTES)
      throw Object.assign(new Error(), { code: stat.isFile() ? `${stat.size} bytes` : 'something that is not a file' });
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const seen = code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : code;
    throw new HarnessError('BASELINE_ERR_UNREADABLE', `expected a baseline file, got ${seen}`, { cause, place: { file: label } });
  }
}

/** The policy as a command line changes it: a flag wins over the spec. */
export function policyWith(policy: Policy, { baseline, maxWarnings }: JudgeWith): Policy {
  const { baseline: own, ...rest } = policy;
  const named = baseline === undefined ? own : baseline === null ? undefined : { file: resolve(baseline), label: baseline };
  return { ...rest, ...(named === undefined ? {} : { baseline: named }), ...(maxWarnings === undefined ? {} : { maxWarnings }) };
}

/** The policy of a run of one scenario that is not the spec's: what it does not measure is not asked of it. */
export const policyOfOwnRun = ({ allow, inconclusive, levels = [], quarantine = [] }: Policy): Policy => ({
  allow,
  inconclusive,
  levels,
  quarantine,
});

/** The baseline that a saved run is held against: that of the flag, else the copy in its folder. Null: there is none. Throws BASELINE_ERR_UNREADABLE. */
export function baselineFor(folder: string, policy: Policy, { baseline }: JudgeWith): MeantBaseline | null {
  if (baseline !== undefined) return baseline === null ? null : baselineFile(resolve(baseline), baseline);
  const copy = join(folder, BASELINE_COPY);
  // A trial of a remedy has none: it is judged by itself.
  if (policy.baseline === undefined || !existsSync(copy)) return null;
  return { ...baselineFile(copy, copy), file: policy.baseline.label };
}

/** The number of `--max-warnings`. Throws USAGE_ERR_BAD_FLAG. */
export function parseMaxWarnings(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --max-warnings to be a whole number of at least 0, got '${text.slice(0, 40)}'`);
}
