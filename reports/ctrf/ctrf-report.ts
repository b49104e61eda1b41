import { createHash } from 'node:crypto';
import type { RunRecord } from '../../harness/model/record.ts';
import type { Reporter } from '../reporter.ts';
import type { TestCase, TestResult } from '../test-case.ts';
import { testSuites } from '../test-suites.ts';
import { clip, visibleLine, visibleLines } from '../visible-text.ts';

const MESSAGE_LIMIT = 500;
const DETAIL_LIMIT = 20_000;

/** A lab that broke answered nothing, and an unanswered question must not read as a pass. */
const STATUS: Readonly<Record<TestResult, 'passed' | 'failed' | 'skipped'>> = {
  passed: 'passed',
  failure: 'failed',
  error: 'failed',
  skipped: 'skipped',
};

/** A CTRF report (ctrf.io, specification 0.0): a test for each scenario on each path. The parts are not timed on their own, so each lasts 0 ms. */
export const ctrfReport: Reporter = (record) => {
  const { run, tool, lab, machine, verdict, exitCode } = record;
  const suites = testSuites(record);
  const tests = suites.flatMap(({ name, tests: all }) => all.map((test) => testOf(name, test)));
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const start = Date.parse(run.startedAt);
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: reportId(record),
    timestamp: new Date(start).toISOString(),
    generatedBy: 'hopscope',
    results: {
      tool: { name: 'hopscope', version: tool.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: 0,
        suites: suites.length,
        start,
        stop: start + run.elapsedMs,
        duration: run.elapsedMs,
      },
      tests,
      environment: {
        reportName: visibleLine(run.specLabel),
        osPlatform: 'linux',
        osRelease: visibleLine(machine.kernel),
        testEnvironment: lab.kind,
        extra: { hopscope: { run: visibleLine(run.id), seed: run.seed, verdict, exitCode, versions: lab.versions } },
      },
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
};

function testOf(suite: string, { name, result, type, message, detail, note, file, line }: TestCase) {
  const told = result === 'passed' ? note : detail;
  return {
    name: visibleLine(name),
    status: STATUS[result],
    duration: 0,
    suite: [visibleLine(suite)],
    type: 'e2e',
    rawStatus: result === 'passed' ? 'pass' : visibleLine(type),
    ...(message === '' ? {} : { message: clip(visibleLine(message), MESSAGE_LIMIT) }),
    ...(told === '' ? {} : { trace: clip(visibleLines(told), DETAIL_LIMIT) }),
    ...(file === undefined ? {} : { filePath: visibleLine(file) }),
    ...(line === undefined ? {} : { line }),
  };
}

/** A UUID that is the same for the same run, of the version that is free to be made in any way (RFC 9562 section 5.8). */
function reportId({ run }: RunRecord): string {
  const hex = createHash('sha256').update(`${run.id}\n${run.startedAt}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
