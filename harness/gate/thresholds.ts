import { holdThreshold, parseThreshold } from '../measure/threshold-expression.ts';
import { isMeasured } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { ThresholdRule } from '../model/policy.ts';
import type { ThresholdResult } from '../model/policy-result.ts';
import { matchesGlob } from './glob.ts';
import type { MeasureGround } from './measure-ground.ts';
import { measurePath } from './path-measures.ts';

/** The paths that a threshold is about. */
export const pathsOfThreshold = (pattern: string, paths: readonly Path[]): readonly Path[] =>
  paths.filter((path) => isMeasured(path) && matchesGlob(pattern, path.id));

/**
 * Holds each threshold against what was measured on each of its paths. What was not measured is inconclusive. Throws SPEC_ERR_WRONG_TYPE for one that cannot be
 * read, as a spec that was read never has.
 */
export function judgeThresholds(
  rules: readonly ThresholdRule[],
  paths: readonly Path[],
  ground: MeasureGround,
): readonly ThresholdResult[] {
  return rules.flatMap(({ path: pattern, expect, because }) => {
    const threshold = parseThreshold(expect);
    return pathsOfThreshold(pattern, paths).map((path): ThresholdResult => {
      const taken = measurePath(threshold.measure, path, ground);
      return {
        path: path.id,
        expect,
        why: because,
        verdict: holdThreshold(threshold, taken.measured),
        measured: taken.measured === null ? null : { ...taken.measured, unit: threshold.unit },
        because: taken.because,
      };
    });
  });
}
