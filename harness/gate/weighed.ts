import { thresholdSentence, warningWords } from '../measure/policy-words.ts';
import type { BaselineResult } from '../model/baseline.ts';
import type { Path } from '../model/path.ts';
import type { ThresholdResult } from '../model/policy-result.ts';
import type { Cell, JudgedFinding } from '../model/record.ts';
import type { Verdict } from '../model/verdict.ts';

/** Everything that a verdict is made of. */
export interface Weighed {
  readonly paths: readonly Path[];
  readonly findings: readonly JudgedFinding[];
  readonly cells: readonly Cell[];
  /** Of expectations that did not come true. */
  readonly missed: readonly Verdict[];
  readonly thresholds: readonly ThresholdResult[];
  readonly warnings: { readonly count: number; readonly max: number | null };
  readonly baseline: BaselineResult | null;
}

/** What the headline says of thresholds, warnings and the baseline. */
export function levelsHeadline({ thresholds, warnings, baseline }: Weighed): {
  readonly besides: readonly string[];
  readonly undecided: readonly string[];
  readonly remarks: readonly string[];
} {
  const said = (verdict: Verdict): readonly string[] =>
    thresholds.filter((one) => one.verdict === verdict && one.known !== true).map((one) => `${one.path}: ${thresholdSentence(one)}`);
  const regressions = (baseline?.regressions ?? []).map(({ path, because }) => `${path}: ${because}`);
  const { count, max } = warnings;
  const tooMany = max !== null && count > max ? [warningWords(warnings)] : [];
  const known = baseline?.known.length ?? 0;
  return {
    besides: [...regressions, ...said('fail'), ...tooMany],
    undecided: said('inconclusive'),
    remarks: [
      ...(count === 0 ? [] : [warningWords(warnings)]),
      ...(baseline === null ? [] : [`nothing worse than the baseline${known === 0 ? '' : ` (${known} known)`}`]),
    ],
  };
}
