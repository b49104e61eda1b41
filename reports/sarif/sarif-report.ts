import type { RunRecord } from '../../harness/model/record.ts';
import { plural } from '../numbers.ts';
import { fingerprintsOf, problemsOf, type Problem } from '../problems.ts';
import { placeOf, type Roots } from '../repository-place.ts';
import { type PlacedProblem, resultOf, ROOT_ID } from './result.ts';
import { rulesOf } from './rules.ts';
import { sarifText } from './sarif-text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Code scanning takes 25,000 results of a run and keeps 5,000; the worst come first. */
const RESULT_LIMIT = 5000;

/** SARIF level of a notification. */
const notificationOf = (level: Problem['level'], text: string): object => ({ level, message: { text: sarifText(text) } });

/**
 * SARIF 2.1.0 for code scanning: a rule for each audit, a result for each problem at the line that is blamed for it. A problem for which the repository
 * has no file is a notification of the invocation: a result without a file makes GitHub refuse the whole upload.
 */
export function sarifReport(record: RunRecord, roots: Roots = {}): string {
  const problems = problemsOf(record);
  const prints = fingerprintsOf(problems);
  const placed: PlacedProblem[] = [];
  const homeless: Problem[] = [];
  for (const [index, problem] of problems.entries()) {
    const place = placeOf(problem, record, roots);
    if (place === null) homeless.push(problem);
    else placed.push({ problem, place, fingerprint: prints[index] ?? '' });
  }
  const rules = rulesOf(record, problems);
  const kept = placed.slice(0, RESULT_LIMIT);
  const left = placed.length - kept.length;
  const notifications = [
    ...homeless
      .slice(0, RESULT_LIMIT)
      .map(({ level, rule, path, lines }) => notificationOf(level, `${rule}${path === null ? '' : ` on ${path}`}: ${lines.join('\n')}`)),
    ...(left === 0
      ? []
      : [notificationOf('warning', `${plural(left, 'more result')} left out: code scanning keeps 5,000. report.html has everything.`)]),
  ];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const run = {
    tool: { driver: { name: 'Hopscope', version: record.tool.version, semanticVersion: record.tool.version, rules } },
    automationDetails: { id: automationId(record) },
    originalUriBaseIds: { [ROOT_ID]: { description: { text: 'The root of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(record, notifications)],
    results: kept.map((one) => resultOf(one, indexOf.get(sarifText(one.problem.rule, 255)) ?? -1)),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

/** Category, then the run: uploads of different specs are kept apart, and a later run of the same spec replaces an earlier one. */
function automationId({ run }: RunRecord): string {
  const spec = run.specLabel
    .toWellFormed()
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 100);
  return `hopscope/${spec}/${run.id.replaceAll(/[^\w.-]+/g, '-')}`;
}

function invocationOf({ run, verdict, exitCode }: RunRecord, notifications: readonly object[]): object {
  const start = new Date(run.startedAt);
  return {
    executionSuccessful: verdict !== 'error' && !run.interrupted,
    exitCode,
    startTimeUtc: start.toISOString(),
    endTimeUtc: new Date(start.getTime() + run.elapsedMs).toISOString(),
    toolExecutionNotifications: notifications,
  };
}
