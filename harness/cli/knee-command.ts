import { kneeSentence, kneeStop, kneeValue } from '../../reports/load-words.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { kneeScenario, type KneeStep } from '../../scenarios/knee/scenario.ts';
import { HarnessError } from '../errors.ts';
import { parseLimit } from '../measure/limit-expression.ts';
import type { KneeEvidence } from '../model/load.ts';
import { isControl } from '../model/path.ts';
import type { RunRecord } from '../model/record.ts';
import { suggestion } from '../spec/nearest.ts';
import type { KneeOptions } from './knee-options.ts';
import { say, sayJson, tell } from './output.ts';
import { resolveRun } from './resolve-run.ts';
import { runCommandLine } from './run-command.ts';
import type { RunOptions } from './run-options.ts';
import { table } from './table.ts';

/** One address has about 28,000 ports; some are left for what was closed a moment ago. */
const CONNECTIONS_A_SOURCE = 20_000;
const BOUNDS = { openingMs: 3000, mostTries: 60, mostMs: 30 * 60_000 } as const;

/** `hopscope knee`: a run of the search alone, its answer and its reports. Returns the exit code; throws only HarnessErrors. */
export async function kneeCommandLine(options: KneeOptions): Promise<number> {
  const { spec, path, lab, out, json, quiet, of, most, connections, size, limit } = options;
  const condition = parseLimit(limit, suggestion);
  const run: RunOptions = {
    ...{ spec, lab, out, json, quiet, paths: [path], scenarios: [], seed: null, capture: 'off' },
    ...{ changedSince: null, timeScale: null, realTime: false, keep: false },
  };
  await checkPath(run, path);
  const scenario = kneeScenario({
    ...{ of, limit: condition, limitText: limit, from: options.from, most, connections, payloadBytes: size },
    ...{ stepMs: options.stepMs, drivers: options.drivers, ...BOUNDS },
    ...(json || quiet ? {} : { onStep: (id, step) => tell(stepLine(id, step, of)) }),
  });
  const sources = Math.ceil((of === 'connections' ? most : connections) / CONNECTIONS_A_SOURCE);
  return await runCommandLine(run, { scenario, sources, tell: (record) => print(record, options) });
}

/** A search over several paths would say nothing that one after the other does not. */
async function checkPath(run: RunOptions, pattern: string): Promise<void> {
  const paths = (await resolveRun(run, process.env, process.cwd()))?.paths ?? [];
  const subjects = paths.filter((one) => !isControl(one));
  if (subjects.length < 2) return;
  const names = subjects.slice(0, 6).map(({ id }) => id);
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected --path to match one path, got '${pattern.slice(0, 60)}', which matches ${subjects.length}: ${names.join(', ')}${subjects.length > 6 ? ', ...' : ''}`,
  );
}

const stepLine = (path: string, { value, met, because }: KneeStep, of: KneeEvidence['of']): string =>
  terminalText(`${path}: ${kneeValue(of, value)}: ${met ? 'kept' : 'broken'}, ${because}`);

function print(record: RunRecord, { json, quiet }: Pick<KneeOptions, 'json' | 'quiet'>): void {
  if (json) return sayJson(record.knees);
  const [searched, onControl] = record.knees;
  if (searched === undefined || searched.steps.length === 0) return say('No load was made to its end, so nothing was found.');
  if (quiet) return say(answerOf(searched));
  const failures = record.findings.filter(({ outcome }) => outcome === 'fail').map(({ summary }) => terminalText(summary));
  say(...stepsTable(searched), '', answerOf(searched), ...(onControl === undefined ? [] : [controlLine(searched, onControl)]), ...failures);
}

const stepsTable = ({ of, steps }: KneeEvidence): readonly string[] =>
  table(
    [of === 'messages' ? 'messages/s' : 'connections', 'limit', 'because'],
    steps.map(({ value, met, because }) => [String(value), met ? 'kept' : 'broken', because]),
  );

/** The two ends may lie this far apart, as a share of the lower. */
const CLOSE = 0.05;

/** What was found and what ended first. Where the search ended before the gap was narrow, what was kept is a lower bound. */
function answerOf(knee: KneeEvidence): string {
  const { sustainable, brokeAt } = knee;
  const isBound = sustainable !== null && (brokeAt === null || brokeAt - sustainable > Math.max(1, CLOSE * sustainable));
  const stop = kneeStop(knee);
  return terminalText(`${isBound ? 'at least: ' : ''}${kneeSentence(knee)}.${stop === null ? '' : ` What ended first: ${stop}.`}`);
}

/** A control path that breaks at the same load clears the subject. */
function controlLine({ of }: KneeEvidence, { path, sustainable, steps }: KneeEvidence): string {
  const [step] = steps;
  if (step === undefined) return terminalText(`The control path ${path} was not asked.`);
  return terminalText(
    sustainable === null
      ? `The control path ${path} broke at ${kneeValue(of, step.value)} as well (${step.because}), so it may not be the proxy.`
      : `The control path ${path} kept it at ${kneeValue(of, step.value)}.`,
  );
}
