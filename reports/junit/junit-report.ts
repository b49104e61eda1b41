import type { PathRecord, RunRecord } from '../../harness/model/record.ts';
import { markOf } from '../cell-mark.ts';
import { instrumentCheck, instrumentText } from '../instrument-check.ts';
import { loadLines } from '../load-lines.ts';
import { kneeSentence } from '../load-words.ts';
import { unmetExpectations } from '../reading-order.ts';
import type { Reporter } from '../reporter.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { cellCase, expectationCase, testcaseElement, type TestCase, type TestResult } from './testcase.ts';
import { xmlElement } from './xml.ts';

interface Suite {
  readonly name: string;
  readonly tests: readonly TestCase[];
}

/** Dots make the hierarchy that GitLab and Jenkins show: `incidents/0001` is `incidents.0001`. */
const classnameOf = (pathId: string): string => pathId.replaceAll('/', '.');

function casesOf(record: RunRecord, { path }: PathRecord): readonly TestCase[] {
  const cells = record.cells.filter((cell) => cell.path === path.id);
  const toldByCell = (scenario: string | null): boolean =>
    cells.some((cell) => (scenario === null || cell.scenario === scenario) && ['missing', 'fail', 'error'].includes(markOf(cell)));
  const unmet = unmetExpectations(record).filter((it) => it.path === path.id && !toldByCell(it.scenario));
  return [...cells.map((cell) => cellCase(record, cell)), ...unmet.map(expectationCase)];
}

const hasTrouble = ({ result }: TestCase): boolean => result === 'failure' || result === 'error';

/** A run that did not pass never reads as a pass, even when no cell says why (it was interrupted, or the lab broke). */
function runSuite(record: RunRecord, suites: readonly Suite[]): readonly Suite[] {
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

const counts = (tests: readonly TestCase[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> => {
  const of = (result: TestResult): number => tests.filter((test) => test.result === result).length;
  return { tests: tests.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
};

/** What the loads and searches on one path came to, for readers that show properties. */
function loadProperties(record: RunRecord, suite: string): Readonly<Record<string, string>> {
  const loads = record.loadComparisons.filter(({ path }) => path === suite);
  const knees = record.knees.filter(({ path }) => path === suite);
  const told = (sentence: string): string => clip(visibleLine(sentence), 1000);
  return Object.fromEntries([
    ...loads.map((load) => [`load.${visibleLine(load.profile)}`, told(loadLines(record, load).facts.join('; '))]),
    ...knees.map((knee) => [`knee.${knee.of}`, told(kneeSentence(knee))]),
  ]) as Record<string, string>;
}

function properties(record: RunRecord, suite: string): string {
  const { run, lab, machine, tool } = record;
  const pairs: Readonly<Record<string, string>> = {
    seed: String(run.seed),
    run: run.id,
    spec: run.specLabel,
    lab: lab.kind,
    'lab.because': lab.because,
    kernel: machine.kernel,
    hopscope: tool.version,
    'instrument-check': clip(instrumentText(instrumentCheck(record)), 1000),
    ...(run.timeScaleNote === null ? {} : { 'time-scale': run.timeScaleNote }),
    ...Object.fromEntries(Object.entries(lab.versions).map(([name, version]) => [`version.${name}`, version])),
    ...loadProperties(record, suite),
  };
  const lines = Object.entries(pairs).map(([name, value]) => `      ${xmlElement('property', { name, value })}`);
  return `    <properties>\n${lines.join('\n')}\n    </properties>`;
}

/** GitLab drops a testcase whose classname and name were seen before, so a repeated name gets a number. */
function unique(seen: Set<string>, classname: string, test: TestCase): TestCase {
  let name = test.name;
  for (let n = 2; seen.has(`${classname}\n${name}`); n += 1) name = `${test.name} (${String(n)})`;
  seen.add(`${classname}\n${name}`);
  return { ...test, name };
}

/**
 * JUnit XML for GitLab, Jenkins, CircleCI, Azure and GitHub test reporters: a suite per path, a testcase per scenario.
 * `time` is given only for the whole run: the parts are not timed on their own.
 */
export const junitReport: Reporter = (record) => {
  const suites = record.paths.map((it) => ({ name: it.path.id, tests: casesOf(record, it) }));
  const all = [...suites, ...runSuite(record, suites)];
  const seen = new Set<string>();
  /* The strict schema of the Jenkins xUnit plugin takes neither milliseconds nor a zone; the time is UTC. */
  const timestamp = record.run.startedAt.slice(0, 19);
  const elements = all.map(({ name, tests }, id) => {
    const classname = classnameOf(name);
    const lines = tests.map((test) => testcaseElement(unique(seen, classname, test), classname));
    /* Of a host name the Ant schema says: "localhost should be used if the hostname cannot be determined". */
    const attributes = { name, ...counts(tests), timestamp, hostname: 'localhost', id, package: 'hopscope' };
    return `  ${xmlElement('testsuite', attributes, `\n${[properties(record, name), ...lines].join('\n')}\n  `)}`;
  });
  const time = (record.run.elapsedMs / 1000).toFixed(3);
  const total = { name: 'hopscope', ...counts(all.flatMap(({ tests }) => tests)), time };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('testsuites', total, `\n${elements.join('\n')}\n`)}\n`;
};
