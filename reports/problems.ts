import { createHash } from 'node:crypto';
import type { JudgedFinding, RunRecord } from '../harness/model/record.ts';
import { unmetSentence } from './blame-words.ts';
import { findingLines } from './finding-text.ts';
import { openThresholds, regressionLines, standingWords, thresholdLine } from './policy-lines.ts';
import { failuresIn, unmetExpectations } from './reading-order.ts';

/** Rules of problems that no audit found, beside the ids of the audits. */
export const OWN_RULES = {
  'unmet-expectation': 'A declared failure did not come true',
  'lab-error': 'The lab broke',
  threshold: 'A threshold of the policy was not kept',
  regression: 'A measure is worse than in the baseline',
  'not-passed': 'The run did not pass',
} as const;

/** `error`: fails the run; `warning`: the policy makes a warning of it, or the gate refuses it as inconclusive; `note`: neither. */
export type ProblemLevel = 'error' | 'warning' | 'note';

/** Something that a reader of the code should see. Texts are untrusted. */
export interface Problem {
  readonly level: ProblemLevel;
  /** Id of an audit, or a key of OWN_RULES. */
  readonly rule: string;
  /** Null: it is about the run. */
  readonly path: string | null;
  readonly scenario: string | null;
  /** Absent: no audit found it. */
  readonly finding?: JudgedFinding;
  /** The sentence, then what explains it, a line each. */
  readonly lines: readonly string[];
}

const LEVELS: readonly ProblemLevel[] = ['error', 'warning', 'note'];

/** What is wrong in a run, the worst first. What is declared, known from the baseline or off is left out. A run that did not pass has at least one error or warning. */
export function problemsOf(record: RunRecord): readonly Problem[] {
  const found = [...errorsOf(record), ...doubtsOf(record)].toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const told = record.verdict === 'inconclusive' ? (['error', 'warning'] as const) : (['error'] as const);
  if (record.exitCode === 0 || found.some(({ level }) => told.some((it) => it === level))) return found;
  return [own('error', 'not-passed', null, null, [record.headline, ...record.notMeasured]), ...found];
}

const own = (
  level: ProblemLevel,
  rule: keyof typeof OWN_RULES,
  path: string | null,
  scenario: string | null,
  lines: readonly string[],
): Problem => ({
  level,
  rule,
  path,
  scenario,
  lines,
});

const ofFinding = (level: ProblemLevel, finding: JudgedFinding): Problem => {
  const { auditId, path, scenario } = finding;
  const standing = standingWords(finding);
  return { level, rule: auditId, path, scenario, finding, lines: [...findingLines(finding), ...(standing === '' ? [] : [standing])] };
};

function errorsOf(record: RunRecord): readonly Problem[] {
  return [
    ...failuresIn(record).unexpected.map((finding) => ofFinding('error', finding)),
    ...unmetExpectations(record).map((unmet) => own('error', 'unmet-expectation', unmet.path, unmet.scenario, [unmetSentence(unmet)])),
    ...record.cells
      .filter(({ verdict }) => verdict === 'error')
      .map(({ path, scenario, sentence }) => own('error', 'lab-error', path, scenario, [sentence])),
    ...(record.baseline?.regressions ?? []).map(({ path }, index) =>
      own('error', 'regression', path, null, [regressionLines(record)[index] ?? '']),
    ),
  ];
}

function doubtsOf(record: RunRecord): readonly Problem[] {
  const { inconclusive, warnings } = failuresIn(record);
  const refused = new Set(record.cells.filter(({ verdict }) => verdict !== 'pass').map(({ path, scenario }) => `${path}\n${scenario}`));
  return [
    ...openThresholds(record).map((one) =>
      own(one.verdict === 'fail' ? 'error' : 'warning', 'threshold', one.path, null, [thresholdLine(one)]),
    ),
    ...warnings.map((finding) => ofFinding(finding.standing?.kind === 'quarantined' ? 'note' : 'warning', finding)),
    ...inconclusive.map((finding) => ofFinding(refused.has(`${finding.path}\n${finding.scenario}`) ? 'warning' : 'note', finding)),
  ];
}

/**
 * A fingerprint of each problem, hexadecimal, unique among them and the same in later runs: nothing in it moves with lines that are added above or with
 * what was measured.
 */
export function fingerprintsOf(problems: readonly Problem[]): readonly string[] {
  const seen = new Map<string, number>();
  return problems.map(({ rule, path, scenario, finding, lines }) => {
    const config = finding?.blame?.config;
    const what = finding === undefined ? (lines[0] ?? '').replaceAll(/\d+/g, '') : `${config?.file ?? ''}\n${config?.text ?? ''}`;
    const key = [rule, path ?? '', scenario ?? '', what].join('\0');
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return createHash('sha256').update(`${key}\0${nth}`).digest('hex').slice(0, 32);
  });
}
