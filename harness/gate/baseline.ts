import { quantityWords } from '../measure/quantity.ts';
import type { Measured } from '../measure/threshold-expression.ts';
import type { Baseline, BaselinePath, BaselineResult, KnownMeasure, Regression } from '../model/baseline.ts';
import type { Path } from '../model/path.ts';
import type { ThresholdResult } from '../model/policy-result.ts';
import type { ExpectationResult, JudgedFinding } from '../model/record.ts';
import { entriesOf, isRelated, type KnownFindings } from './baseline-match.ts';
import { type KeptMeasure, keptMeasures, round, sortedFindings } from './baseline-of.ts';
import type { MeasureGround } from './measure-ground.ts';
import { measurePath } from './path-measures.ts';

export interface BaselineGround {
  readonly baseline: Baseline;
  /** The file as the user knows it. */
  readonly file: string;
  /** The paths of the run, control paths left out. */
  readonly paths: readonly Path[];
  readonly findings: readonly JudgedFinding[];
  /** Findings of the run that the baseline has, by the finding as the audit made it. */
  readonly known: KnownFindings;
  readonly thresholds: readonly ThresholdResult[];
  readonly expectations: readonly ExpectationResult[];
  readonly measures: MeasureGround;
}

export interface HeldAgainst {
  readonly result: BaselineResult;
  /** The baseline without what got better: nothing is ever added. */
  readonly tightened: Baseline;
}

/** Holds a judged run against a baseline. Pure. */
export function holdAgainst(ground: BaselineGround): HeldAgainst {
  const { baseline, paths } = ground;
  const failing = ground.findings.filter(({ outcome }) => outcome === 'fail');
  const held = paths.flatMap((path) => (Object.hasOwn(baseline.paths, path.id) ? [holdPath(path, ground)] : []));
  const absent = Object.keys(baseline.paths).filter((id) => paths.every((path) => path.id !== id));
  const isSubject = new Set(paths.map(({ id }) => id));
  return {
    result: {
      file: ground.file,
      fresh: failing.filter(({ expected, path }) => !expected && isSubject.has(path)).map(({ id }) => id),
      known: failing.filter(({ standing }) => standing?.kind === 'known').map(({ id }) => id),
      regressions: held.flatMap(({ regressions }) => regressions),
      mended: held.flatMap(({ mended }) => mended),
      notCompared: [
        ...held.flatMap(({ notCompared }) => notCompared),
        ...absent.map((id) => `path ${id} of the baseline is not in this run`),
      ],
    },
    tightened: {
      ...baseline,
      paths: { ...baseline.paths, ...Object.fromEntries(held.map(({ id, tightened }) => [id, tightened])) },
    },
  };
}

interface HeldPath {
  readonly id: string;
  readonly tightened: BaselinePath;
  readonly regressions: readonly Regression[];
  readonly mended: readonly string[];
  readonly notCompared: readonly string[];
}

function holdPath(path: Path, ground: BaselineGround): HeldPath {
  const before = ground.baseline.paths[path.id] ?? { findings: [], measures: {}, thresholds: [], unmet: [] };
  const entries = holdEntries(path.id, ground);
  const measures = keptMeasures.flatMap((name) => {
    const was = Object.hasOwn(before.measures, name) ? before.measures[name] : undefined;
    return was === undefined ? [] : [holdMeasure(name, was, path, ground.measures)];
  });
  const thresholds = before.thresholds.filter(
    (expect) => !ground.thresholds.some((one) => one.path === path.id && one.expect === expect && one.verdict === 'pass'),
  );
  const unmet = before.unmet.filter(
    ({ audit, scenario }) =>
      !ground.expectations.some((one) => one.path === path.id && one.audit === audit && one.scenario === scenario && one.met),
  );
  return {
    id: path.id,
    tightened: {
      findings: entries.kept,
      measures: { ...before.measures, ...Object.fromEntries(measures.map(({ name, kept }) => [name, kept])) },
      thresholds,
      unmet,
    },
    regressions: measures.flatMap(({ regression }) => regression ?? []),
    mended: [
      ...entries.mended,
      ...measures.flatMap(({ better }) => better ?? []),
      ...before.thresholds.filter((one) => !thresholds.includes(one)).map((expect) => `${path.id}: ${expect} is kept now`),
      ...before.unmet.filter((one) => !unmet.includes(one)).map(({ audit }) => `${path.id}: ${audit} shows as declared again`),
    ],
    notCompared: [...entries.open, ...measures.flatMap(({ open }) => open ?? [])],
  };
}

function holdEntries(
  path: string,
  { baseline, findings, known }: BaselineGround,
): {
  readonly kept: BaselinePath['findings'];
  readonly mended: readonly string[];
  readonly open: readonly string[];
} {
  const [mended, open]: [string[], string[]] = [[], []];
  const here = findings.filter((finding) => finding.path === path);
  const kept = entriesOf(baseline, path).flatMap((entry) => {
    const what = `${path}, ${entry.scenario}: ${entry.audit} by ${entry.host}`;
    const match = [...known].find(([, one]) => one === entry)?.[0];
    if (match !== undefined) {
      const gone = (entry.cases ?? []).filter((id) => match.cases?.includes(id) !== true);
      if (gone.length > 0) mended.push(`${what} fails ${gone.length} fewer ${gone.length === 1 ? 'case' : 'cases'}`);
      return [entry.cases === undefined ? entry : { ...entry, cases: entry.cases.filter((id) => !gone.includes(id)) }];
    }
    const asked = here.filter(({ auditId, scenario }) => auditId === entry.audit && scenario === entry.scenario);
    if (asked.some((finding) => finding.outcome === 'fail' && isRelated(entry, finding))) return [entry];
    if (asked.length === 0 || asked.some(({ outcome }) => outcome === 'inconclusive')) {
      open.push(`${what} could not be judged in this run`);
      return [entry];
    }
    mended.push(`${what} is gone`);
    return [];
  });
  return { kept: sortedFindings(kept), mended, open };
}

interface HeldMeasure {
  readonly name: KeptMeasure;
  readonly kept: KnownMeasure;
  readonly regression?: Regression;
  readonly better?: string;
  readonly open?: string;
}

function holdMeasure(name: KeptMeasure, was: KnownMeasure, path: Path, ground: MeasureGround): HeldMeasure {
  const { measured, because } = measurePath(name, path, ground);
  const before = `${was.atLeast === true ? 'at least ' : ''}${quantityWords(was.value, was.unit)}`;
  if (measured === null) return { name, kept: was, open: `${path.id}: ${name} was ${before} and was not measured: ${because}` };
  const least = was.value * (1 - was.tolerancePercent / 100);
  const now = `${measured.atLeast === true ? 'at least ' : ''}${quantityWords(measured.value, was.unit)}`;
  if (measured.value < least) {
    // It was looked less far than before.
    if (measured.atLeast === true) return { name, kept: was, open: `${path.id}: ${name} was ${before}, and this run says only ${now}` };
    const words = `${name} was ${before} and is ${now}: ${because}`;
    return {
      name,
      kept: was,
      regression: { path: path.id, measure: name, was: was.value, now: measured.value, unit: was.unit, because: words },
    };
  }
  if (!isBetter(measured, was)) return { name, kept: was };
  const { atLeast: _, ...rest } = was;
  const kept = { ...rest, value: round(measured.value), ...(measured.atLeast === true ? { atLeast: true as const } : {}) };
  return { name, kept, better: `${path.id}: ${name} was ${before} and is ${now}` };
}

/** Beyond the tolerance, so that noise tightens nothing; for a share, which has an end, any more. */
const isBetter = (measured: Measured, was: KnownMeasure): boolean =>
  was.unit === '%' ? round(measured.value) > was.value : measured.value > was.value * (1 + was.tolerancePercent / 100);
