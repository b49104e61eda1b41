import type { ThresholdResult } from '../harness/model/policy-result.ts';
import type { Cell, ExpectationResult, JudgedFinding, RunRecord } from '../harness/model/record.ts';
import { unmetSentence } from './blame-words.ts';
import { markOf } from './cell-mark.ts';
import { findingLines } from './finding-text.ts';
import { thresholdLine } from './policy-lines.ts';
import { failuresIn, unmetExpectations } from './reading-order.ts';

export type TestResult = 'passed' | 'failure' | 'error' | 'skipped';

/** One testcase before it is written: a scenario on a path, or something that went wrong beside the cells. */
export interface TestCase {
  readonly name: string;
  readonly result: TestResult;
  /** Kind of the failure, for parsers that group by it: an audit id, `inconclusive`, `unmet-expectation`, `lab`. */
  readonly type: string;
  readonly message: string;
  readonly detail: string;
  /** What a passing testcase has to say, as `fails as declared: ...`. */
  readonly note: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

const unmetOf = (record: RunRecord, { path, scenario }: Cell): readonly ExpectationResult[] =>
  unmetExpectations(record).filter((it) => it.path === path && it.scenario === scenario);

const detailOf = (sentence: string, findings: readonly JudgedFinding[], unmet: readonly ExpectationResult[]): string =>
  [
    ...(findings.some(({ summary }) => summary === sentence) ? [] : [sentence]),
    ...findings.map((finding) => findingLines(finding).join('\n')),
    ...unmet.map(unmetSentence),
  ].join('\n\n');

/**
 * The testcase of a cell. An inconclusive cell is a failure of type `inconclusive` where the gate refuses it (an unanswered
 * question must not read as a pass) and skipped where the policy lets it be.
 */
export function cellCase(record: RunRecord, cell: Cell): TestCase {
  const { unexpected, inconclusive, warnings, known, declared } = failuresIn(record, cell);
  const findings = [...unexpected, ...inconclusive, ...warnings, ...known, ...declared];
  const unmet = unmetOf(record, cell);
  const config = findings.find((finding) => finding.blame?.config)?.blame?.config;
  const base = {
    name: cell.scenario,
    message: cell.sentence,
    detail: detailOf(cell.sentence, findings, unmet),
    note: '',
    file: config?.file,
    line: config?.line,
  };
  const mark = markOf(cell);
  switch (mark) {
    case 'pass':
      return { ...base, result: 'passed', type: '', detail: '' };
    case 'declared':
      return { ...base, result: 'passed', type: '', note: `fails as declared: ${base.detail}` };
    case 'known':
      return { ...base, result: 'passed', type: '', note: `fails as in the baseline: ${base.detail}` };
    case 'warned':
      return { ...base, result: 'passed', type: '', note: `a warning: ${base.detail}` };
    case 'allowed':
      return { ...base, result: 'skipped', type: 'inconclusive' };
    case 'inconclusive':
      return { ...base, result: 'failure', type: 'inconclusive' };
    case 'missing':
      return { ...base, result: 'failure', type: 'unmet-expectation' };
    case 'fail':
      return { ...base, result: 'failure', type: unexpected[0]?.auditId ?? (unmet.length > 0 ? 'unmet-expectation' : 'failed') };
    case 'error':
      return { ...base, result: 'error', type: 'lab' };
  }
}

/** A testcase for an expectation that was not met and that no cell of its path tells of. */
export const expectationCase = (unmet: ExpectationResult): TestCase => ({
  name: `declared failure ${unmet.audit}${unmet.scenario === null ? '' : ` in ${unmet.scenario}`}`,
  result: 'failure',
  type: 'unmet-expectation',
  message: unmetSentence(unmet),
  detail: unmetSentence(unmet),
  note: '',
  file: undefined,
  line: undefined,
});

/** A testcase for a threshold of the policy; one that was not measured is a failure of type `inconclusive`, as a cell is, unless the policy lets it be. */
export function thresholdCase(record: RunRecord, threshold: ThresholdResult): TestCase {
  const sentence = thresholdLine(threshold);
  const isLetBe = threshold.known === true || (threshold.verdict === 'inconclusive' && record.exitCode === 0);
  const result = threshold.verdict === 'pass' || threshold.known === true ? 'passed' : isLetBe ? 'skipped' : 'failure';
  return {
    name: `threshold ${threshold.expect}`,
    result,
    type: threshold.verdict === 'inconclusive' ? 'inconclusive' : 'threshold',
    message: sentence,
    detail: sentence,
    note: result === 'passed' ? sentence : '',
    file: undefined,
    line: undefined,
  };
}
