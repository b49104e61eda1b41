import { EXIT } from '../errors.ts';
import type { Baseline, BaselineResult } from '../model/baseline.ts';
import type { AbsenceEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { ScenarioFacts } from '../model/run-facts.ts';
import type { Policy } from '../model/policy.ts';
import type { QuarantineResult, Repeats, ThresholdResult } from '../model/policy-result.ts';
import type { Cell, ExpectationResult, JudgedFinding } from '../model/record.ts';
import { checkedSubjects } from '../measure/entry-mark.ts';
import { worst } from '../model/verdict.ts';
import type { Verdict } from '../model/verdict.ts';
import type { SubjectFacts } from '../model/world.ts';
import { holdAgainst } from './baseline.ts';
import { cellsOf, isMissed, missVerdict } from './cells.ts';
import { judgeExpectations, type JudgedExpectation } from './expectations.ts';
import { headlineOf } from './headline.ts';
import { judgeFindings } from './judged-findings.ts';
import type { Invocation } from './judged-findings.ts';
import { levelsHeadline, type Weighed } from './weighed.ts';
import type { MeasureGround } from './measure-ground.ts';
import { quarantineResults } from './quarantine.ts';
import { judgeThresholds } from './thresholds.ts';

export interface Grounds {
  readonly paths: readonly Path[];
  readonly findings: readonly Finding[];
  readonly scenarios: readonly ScenarioFacts[];
  readonly policy: Policy;
  readonly absences: readonly AbsenceEvidence[];
  /** For the command that runs a finding's part again. */
  readonly invocation?: Invocation;
  /** When the run was started, ISO 8601. Absent: long ago, so that every quarantine lasts. */
  readonly startedAt?: string;
  /** What thresholds and the baseline's measures are taken from; absent: nothing was measured. */
  readonly measures?: Omit<MeasureGround, 'findings'>;
  /** What was known before, and the file as the user knows it. Absent: nothing is held against it. */
  readonly baseline?: { readonly content: Baseline; readonly file: string };
  /** How often each failing finding was, where several runs are judged together. */
  readonly repeats?: ReadonlyMap<Finding, Repeats>;
  /** Users' own configs that the paths are entries of. Absent: the paths were written for a lab. */
  readonly subjects?: readonly SubjectFacts[];
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly cells: readonly Cell[];
  readonly findings: readonly JudgedFinding[];
  readonly expectations: readonly ExpectationResult[];
  readonly thresholds: readonly ThresholdResult[];
  readonly warnings: { readonly count: number; readonly max: number | null };
  readonly quarantines: readonly QuarantineResult[];
  readonly baseline: BaselineResult | null;
  /** The baseline without what got better; null without one. */
  readonly tightened: Baseline | null;
  readonly headline: string;
}

const NOTHING_MEASURED: Omit<MeasureGround, 'findings'> = {
  ladders: [],
  survivals: [],
  loads: [],
  usages: [],
  tcpCounters: [],
  capacities: [],
  isTimeScaled: false,
};

/**
 * Decides. An expected, allowed or excused failure passes; any other fails; an expectation that did not come true fails, and so do a threshold that is not kept, a
 * measure that is worse than the baseline's, and more warnings than may be; control paths are excused nothing; what could not be judged is inconclusive, and that is
 * refused unless the policy allows it. Pure.
 */
export function judge(grounds: Grounds): Judgement {
  const { paths, findings, scenarios, policy, absences, subjects: configs = [] } = grounds;
  const { invocation = { lab: null, spec: null }, startedAt = '1970-01-01T00:00:00Z', measures = NOTHING_MEASURED } = grounds;
  const ids = scenarios.map(({ id }) => id);
  const content = grounds.baseline?.content ?? null;
  const subjects = paths.filter((path) => !isControl(path));
  const expectations = subjects.flatMap((path) => judgeExpectations(path, findings, ids)).map((one) => knownMiss(one, content));
  const { judged, known } = judgeFindings(findings, paths, expectations, {
    ...{ policy, invocation, startedAt, subjects: configs.filter(({ ofSpec }) => ofSpec !== true) },
    baseline: content,
    repeats: grounds.repeats ?? new Map(),
  });
  const ground = { ...measures, findings };
  const thresholds = judgeThresholds(policy.thresholds ?? [], paths, ground).map((one) => knownThreshold(one, content));
  const results = expectations.filter(({ expectation }) => expectation.quirk !== true).map(({ result }) => result);
  const held =
    grounds.baseline === undefined
      ? null
      : holdAgainst({
          baseline: grounds.baseline.content,
          file: grounds.baseline.file,
          paths: subjects,
          findings: judged,
          known,
          thresholds,
          expectations: results,
          measures: ground,
        });
  const cells = cellsOf({ paths, scenarios, findings: judged, expectations, absences });
  const weighed: Weighed = {
    findings: judged,
    paths,
    cells,
    missed: expectations.filter(isMissed).map(missVerdict),
    thresholds,
    warnings: { count: judged.filter(isWarning).length, max: policy.maxWarnings ?? null },
    baseline: held?.result ?? null,
  };
  const verdict = verdictOf(weighed);
  return {
    verdict,
    exitCode: exitCodeOf(verdict, policy, weighed),
    cells,
    findings: judged,
    expectations: results,
    thresholds,
    warnings: weighed.warnings,
    quarantines: quarantineResults(policy.quarantine ?? [], judged, startedAt),
    baseline: weighed.baseline,
    tightened: held?.tightened ?? null,
    headline: headlineOf({
      ...weighed,
      findings: judged,
      expectations,
      ...levelsHeadline(weighed),
      subjects: toldConfigs(subjects, configs),
    }),
  };
}

/** Configs that the headline is about. Where a spec has paths of its own as well, these are as much the matter. */
const toldConfigs = (paths: readonly Path[], configs: readonly SubjectFacts[]): readonly SubjectFacts[] =>
  configs.some(({ ofSpec }) => ofSpec === true) && paths.some(({ foreign }) => foreign !== true) ? [] : checkedSubjects(configs);

const isWarning = ({ standing }: JudgedFinding): boolean => standing?.kind === 'warning' || standing?.kind === 'quarantined';

const pathOf = (baseline: Baseline | null, id: string): Baseline['paths'][string] | undefined =>
  baseline !== null && Object.hasOwn(baseline.paths, id) ? baseline.paths[id] : undefined;

function knownMiss(one: JudgedExpectation, baseline: Baseline | null): JudgedExpectation {
  const { path, expectation, result } = one;
  const before = pathOf(baseline, path.id)?.unmet ?? [];
  const isKnown = !result.met && before.some(({ audit, scenario }) => audit === expectation.audit && scenario === expectation.scenario);
  return isKnown ? { ...one, result: { ...result, known: true } } : one;
}

function knownThreshold(result: ThresholdResult, baseline: Baseline | null): ThresholdResult {
  const isKnown = result.verdict === 'fail' && pathOf(baseline, result.path)?.thresholds.includes(result.expect) === true;
  return isKnown ? { ...result, known: true } : result;
}

function verdictOf({ cells, missed, thresholds, warnings, baseline }: Weighed): Verdict {
  // A run that judged nothing proves nothing.
  const nothing: readonly Verdict[] = cells.length === 0 ? ['inconclusive'] : [];
  const held = thresholds.filter(({ known }) => known !== true).map((one) => one.verdict);
  const tooMany: readonly Verdict[] = warnings.max !== null && warnings.count > warnings.max ? ['fail'] : [];
  const worse: readonly Verdict[] = baseline !== null && baseline.regressions.length > 0 ? ['fail'] : [];
  return worst([...nothing, ...cells.map((cell) => cell.verdict), ...missed, ...held, ...tooMany, ...worse]);
}

function exitCodeOf(verdict: Verdict, policy: Policy, weighed: Weighed): number {
  switch (verdict) {
    case 'pass':
      return EXIT.pass;
    case 'inconclusive':
      return policy.inconclusive === 'allow' ? EXIT.pass : EXIT.inconclusive;
    case 'fail':
      return isOnlyWorse(weighed) ? EXIT.regression : EXIT.fail;
    case 'error':
      return EXIT.labBroke;
  }
}

/** With a baseline all that fails is new or worse, but for what no baseline excuses: control paths, and more warnings than may be. */
function isOnlyWorse({ paths, cells, warnings, baseline }: Weighed): boolean {
  if (baseline === null || (warnings.max !== null && warnings.count > warnings.max)) return false;
  const controls = new Set(paths.filter(isControl).map(({ id }) => id));
  return !cells.some(({ path, verdict }) => verdict === 'fail' && controls.has(path));
}
