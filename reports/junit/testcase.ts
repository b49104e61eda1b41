import type { Cell, ExpectationResult, JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { unmetSentence } from '../blame-words.ts';
import { markOf } from '../cell-mark.ts';
import { findingLines } from '../finding-text.ts';
import { failuresIn, unmetExpectations } from '../reading-order.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { xmlElement, xmlText } from './xml.ts';

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

const MESSAGE_LIMIT = 500;
const DETAIL_LIMIT = 20_000;

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
  const { unexpected, inconclusive, declared } = failuresIn(record, cell);
  const findings = [...unexpected, ...inconclusive, ...declared];
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

/** The element. The text is in the content and in `message`: GitLab reads only the first, Jenkins shows the second. */
export function testcaseElement(test: TestCase, classname: string): string {
  const text = xmlText(clip(test.detail, DETAIL_LIMIT));
  const message = clip(visibleLine(test.message), MESSAGE_LIMIT);
  const outcome: Readonly<Record<TestResult, string>> = {
    passed: test.note === '' ? '' : `\n      ${xmlElement('system-out', {}, xmlText(clip(test.note, DETAIL_LIMIT)))}\n    `,
    failure: `\n      ${xmlElement('failure', { message, type: test.type }, text)}\n    `,
    error: `\n      ${xmlElement('error', { message, type: test.type }, text)}\n    `,
    skipped: `\n      ${xmlElement('skipped', { message }, text)}\n    `,
  };
  return `    ${xmlElement('testcase', { classname, name: visibleLine(test.name), file: test.file, line: test.line }, outcome[test.result])}`;
}
