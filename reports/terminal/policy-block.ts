import type { RunRecord } from '../../harness/model/record.ts';
import type { CellMark } from '../cell-mark.ts';
import {
  baselineLine,
  mendedLines,
  openThresholds,
  quarantineLine,
  regressionLines,
  repeatsLine,
  thresholdLine,
  warningCount,
  warningLine,
} from '../policy-lines.ts';
import { plural } from '../numbers.ts';
import { failuresIn } from '../reading-order.ts';

/** Sentences with the mark that each is shown with. */
export interface MarkedSentences {
  readonly mark: CellMark;
  readonly sentences: readonly string[];
}

/** What fails or stays open beside the cells: measures that got worse, and thresholds. */
export const policyFailures = (record: RunRecord): readonly MarkedSentences[] => [
  { mark: 'fail', sentences: regressionLines(record) },
  ...(['fail', 'inconclusive'] as const).map((verdict) => ({
    mark: verdict,
    sentences: openThresholds(record)
      .filter((one) => one.verdict === verdict)
      .map(thresholdLine),
  })),
];

/** Warnings are told after all failures; too many of them are a failure themselves. */
export function policyWarnings(record: RunRecord): readonly MarkedSentences[] {
  const { count, max } = record.warnings;
  const total = warningCount(record);
  return [
    { mark: 'warned', sentences: failuresIn(record).warnings.map((it) => warningLine(record, it)) },
    { mark: max !== null && count > max ? 'fail' : 'warned', sentences: total === null ? [] : [total] },
  ];
}

/** Notes of the foot: quarantines, the baseline, thresholds that are kept, repeats. */
export function policyNotes(record: RunRecord): readonly string[] {
  const { quarantines, baseline, thresholds } = record;
  const kept = thresholds.filter(({ verdict }) => verdict === 'pass').length;
  const repeats = repeatsLine(record);
  return [
    ...quarantines.map(quarantineLine),
    ...(thresholds.length === 0 ? [] : [`thresholds: ${kept} of ${plural(thresholds.length, 'threshold')} kept`]),
    ...(baseline === null ? [] : [baselineLine(baseline), ...mendedLines(baseline), ...notCompared(baseline.notCompared)]),
    ...(repeats === null ? [] : [repeats]),
  ];
}

/** The first ones tell what it is about. */
const TOLD = 3;

const notCompared = (sentences: readonly string[]): readonly string[] => [
  ...sentences.slice(0, TOLD).map((sentence) => `not compared: ${sentence}`),
  ...(sentences.length > TOLD ? [`and ${plural(sentences.length - TOLD, 'more thing')} not compared with the baseline`] : []),
];
