import { PATH_MEASURES, type PathMeasure } from '../measure/threshold-expression.ts';
import { BASELINE_VERSION, type Baseline, type BaselinePath, type KnownFinding, type KnownMeasure } from '../model/baseline.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { JudgedFinding, RunRecord } from '../model/record.ts';
import { blamedHost } from './expectations.ts';
import type { MeasureGround } from './measure-ground.ts';
import { measurePath } from './path-measures.ts';

/** Measures that a baseline keeps, with how much lower, in % of the value, is still the same. Of all of them more is better; none is a matter of the machine. */
export const KEPT_MEASURES = {
  'idle limit': 10,
  'reload survival': 1,
  'upgrade success': 1,
  capacity: 10,
} as const satisfies Partial<Readonly<Record<PathMeasure, number>>>;
export type KeptMeasure = keyof typeof KEPT_MEASURES;

export const keptMeasures = Object.keys(KEPT_MEASURES) as readonly KeptMeasure[];

/** What a run, judged without a baseline, is to be held against later: what fails and how good the rest is. Control paths are left out. Pure. */
export function baselineOf(record: RunRecord, ground: MeasureGround): Baseline {
  const subjects = record.paths.map(({ path }) => path).filter((path) => !isControl(path));
  const paths = subjects.toSorted((a, b) => order(a.id, b.id)).map((path) => [path.id, pathOf(path, record, ground)] as const);
  return { baselineVersion: BASELINE_VERSION, paths: Object.fromEntries(paths) };
}

function pathOf(path: Path, record: RunRecord, ground: MeasureGround): BaselinePath {
  const here = <T extends { readonly path: string }>(list: readonly T[]): readonly T[] => list.filter((one) => one.path === path.id);
  return {
    findings: sortedFindings(here(record.findings).filter(isFailing).map(knownFinding)),
    measures: Object.fromEntries(keptMeasures.flatMap((name) => knownMeasure(name, path, ground))),
    thresholds: here(record.thresholds)
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ expect }) => expect)
      .toSorted(order),
    unmet: here(record.expectations)
      .filter(({ met }) => !met)
      .map(({ audit, scenario }) => ({ audit, scenario }))
      .toSorted((a, b) => order(JSON.stringify(a), JSON.stringify(b))),
  };
}

const isFailing = ({ outcome, expected }: JudgedFinding): boolean => outcome === 'fail' && !expected;

function knownFinding(finding: Finding): KnownFinding {
  const { auditId: audit, scenario, blame, cases } = finding;
  const config = blame?.config ?? null;
  return {
    audit,
    scenario,
    host: blamedHost(finding),
    ...(config === null ? {} : { config: { file: config.file, text: config.text } }),
    ...(cases === undefined ? {} : { cases: cases.toSorted(order) }),
  };
}

function knownMeasure(name: KeptMeasure, path: Path, ground: MeasureGround): readonly (readonly [KeptMeasure, KnownMeasure])[] {
  const { measured } = measurePath(name, path, ground);
  if (measured === null) return [];
  return [[name, { ...measured, value: round(measured.value), unit: PATH_MEASURES[name], tolerancePercent: KEPT_MEASURES[name] }]];
}

/** Three digits: what two runs of the same thing have in common. */
export const round = (value: number): number => Number(value.toPrecision(3));

export const sortedFindings = (findings: readonly KnownFinding[]): readonly KnownFinding[] =>
  findings.toSorted((a, b) => order(placeOf(a), placeOf(b)));

const placeOf = ({ audit, scenario, host, cases = [], config }: KnownFinding): string =>
  JSON.stringify([audit, scenario, host, cases, config?.file ?? '', config?.text ?? '']);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
