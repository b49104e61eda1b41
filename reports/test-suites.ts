import type { PathRecord, RunRecord } from '../harness/model/record.ts';
import { markOf } from './cell-mark.ts';
import { unmetExpectations } from './reading-order.ts';
import { cellCase, expectationCase, type TestCase, thresholdCase } from './test-case.ts';

/** The tests of one path, or `run` for what is wrong with the run itself. */
export interface TestSuite {
  readonly name: string;
  readonly tests: readonly TestCase[];
}

/** A run as suites of tests, for the formats of test reporters: a suite for each path, a test for each scenario, declaration and threshold. */
export function testSuites(record: RunRecord): readonly TestSuite[] {
  const suites = record.paths.map((it) => ({ name: it.path.id, tests: casesOf(record, it) }));
  return [...suites, ...runSuite(record, suites)];
}

function casesOf(record: RunRecord, { path }: PathRecord): readonly TestCase[] {
  const cells = record.cells.filter((cell) => cell.path === path.id);
  const toldByCell = (scenario: string | null): boolean =>
    cells.some((cell) => (scenario === null || cell.scenario === scenario) && ['missing', 'fail', 'error'].includes(markOf(cell)));
  const unmet = unmetExpectations(record).filter((it) => it.path === path.id && !toldByCell(it.scenario));
  const thresholds = record.thresholds.filter((one) => one.path === path.id).map((one) => thresholdCase(record, one));
  return [...cells.map((cell) => cellCase(record, cell)), ...unmet.map(expectationCase), ...thresholds];
}

const hasTrouble = ({ result }: TestCase): boolean => result === 'failure' || result === 'error';

/** A run that did not pass never reads as a pass, even when no cell says why (it was interrupted, or the lab broke). */
function runSuite(record: RunRecord, suites: readonly TestSuite[]): readonly TestSuite[] {
  if (record.exitCode === 0 || suites.some(({ tests }) => tests.some(hasTrouble))) return [];
  const test: TestCase = {
    name: 'verdict',
    result: 'error',
    type: record.run.interrupted ? 'interrupted' : record.verdict,
    message: record.headline,
    detail: [record.headline, ...record.notMeasured].join('\n'),
    note: '',
    file: undefined,
    line: undefined,
  };
  return [{ name: 'run', tests: [test] }];
}
