import type { RunRecord } from '../../harness/model/record.ts';
import { instrumentCheck, instrumentText } from '../instrument-check.ts';
import { loadLines } from '../load-lines.ts';
import { kneeSentence } from '../load-words.ts';
import type { Reporter } from '../reporter.ts';
import type { TestCase, TestResult } from '../test-case.ts';
import { testSuites } from '../test-suites.ts';
import { clip, visibleLine } from '../visible-text.ts';
import { subjectProperties } from './subject-properties.ts';
import { testcaseElement } from './testcase.ts';
import { xmlElement } from './xml.ts';

/** Dots make the hierarchy that GitLab and Jenkins show: `incidents/0001` is `incidents.0001`. */
const classnameOf = (pathId: string): string => pathId.replaceAll('/', '.');

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
    ...subjectProperties(record, suite),
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
  const all = testSuites(record);
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
