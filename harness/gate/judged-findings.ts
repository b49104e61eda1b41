import type { Baseline } from '../model/baseline.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { OutsideCheck, Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import type { Repeats, Standing } from '../model/policy-result.ts';
import type { JudgedFinding } from '../model/record.ts';
import { entryUrl } from '../model/entry.ts';
import type { SubjectFacts } from '../model/world.ts';
import { knownFindings, type KnownFindings } from './baseline-match.ts';
import { isConsequence } from './expectations.ts';
import type { JudgedExpectation } from './expectations.ts';
import { matchesGlob } from './glob.ts';
import { levelOf } from './levels.ts';
import { quarantineOf } from './quarantine.ts';

/** How the run was asked for, so that one part of it can be asked for again. */
export interface Invocation {
  readonly lab: 'docker' | 'netns' | 'none' | null;
  /** The spec as the user named it; null for the built-in one. */
  readonly spec: string | null;
}

export interface JudgeBy {
  readonly policy: Policy;
  readonly invocation: Invocation;
  /** When the run was started, ISO 8601: a saved run is judged the same later. */
  readonly startedAt: string;
  /** What was known before; null: nothing is held against it. */
  readonly baseline: Baseline | null;
  /** How often each failing finding was, where several runs are judged together. */
  readonly repeats: ReadonlyMap<Finding, Repeats>;
  /** Users' own configs that the paths are entries of. */
  readonly subjects: readonly SubjectFacts[];
}

export interface JudgedFindings {
  readonly judged: readonly JudgedFinding[];
  /** Those of the findings, as they were given, that the baseline has. */
  readonly known: KnownFindings;
}

/** Gives each finding its id and its command, and says whether it was declared, allowed, or excused by the policy or the baseline, and how. */
export function judgeFindings(
  findings: readonly Finding[],
  paths: readonly Path[],
  expectations: readonly JudgedExpectation[],
  { policy, invocation, startedAt, baseline, repeats, subjects: configs }: JudgeBy,
): JudgedFindings {
  const subjects = new Set(paths.filter((path) => !isControl(path)).map(({ id }) => id));
  const excused = new Set(findings.filter((finding) => subjects.has(finding.path) && isExcused(finding, expectations, policy)));
  const standings = new Map<Finding, Standing>(
    findings.flatMap((finding) => {
      if (finding.outcome === 'pass' || excused.has(finding) || !subjects.has(finding.path)) return [];
      const standing = standingOf(finding, policy, startedAt);
      return standing === null ? [] : [[finding, standing] as const];
    }),
  );
  const counting = findings.filter(
    (finding) => finding.outcome === 'fail' && subjects.has(finding.path) && !excused.has(finding) && !isExcusing(standings.get(finding)),
  );
  const known: KnownFindings = baseline === null ? new Map() : knownFindings(counting, baseline);
  for (const finding of known.keys()) standings.set(finding, { kind: 'known' });
  const seen = new Map<string, number>();
  const judged = findings.map((finding) => {
    const base = `${finding.auditId}/${finding.path}/${finding.scenario}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    const path = paths.find(({ id }) => id === finding.path);
    const [standing, repeated] = [standings.get(finding), repeats.get(finding)];
    const quirk = excused.has(finding) ? quirkOf(finding, expectations) : null;
    return {
      ...finding,
      id: count === 1 ? base : `${base}#${count}`,
      expected: excused.has(finding) || isExcusing(standing),
      ...(quirk === null ? {} : { quirk }),
      ...(standing === undefined ? {} : { standing }),
      ...(repeated === undefined ? {} : { repeats: repeated }),
      reproduce:
        checkCommand(finding.path, configs) ??
        (path?.outside === undefined ? commandFor(finding, invocation) : outsideCommand(path.outside, invocation)),
    };
  });
  return { judged, known };
}

const isExcusing = (standing: Standing | undefined): boolean => standing !== undefined && standing.kind !== 'quarantine-over';

/** A quarantine says more than a level that warns, and less than one that is off. */
function standingOf(finding: Finding, { levels = [], quarantine = [] }: Policy, startedAt: string): Standing | null {
  const rule = levelOf(finding, levels);
  if (rule?.level === 'off') return { kind: 'off', because: rule.because };
  const held = quarantineOf(finding, quarantine, startedAt);
  if (held !== null && held.daysLeft > 0)
    return { kind: 'quarantined', because: held.rule.because, until: held.rule.until, daysLeft: held.daysLeft };
  if (rule?.level === 'warn') return { kind: 'warning', because: rule.because };
  return held === null ? null : { kind: 'quarantine-over', because: held.rule.because, until: held.rule.until };
}

const quirkOf = (finding: Finding, expectations: readonly JudgedExpectation[]): string | null =>
  expectations.find(({ expectation, fulfilledBy }) => expectation.quirk === true && fulfilledBy.includes(finding))?.result.because ?? null;

function isExcused(finding: Finding, expectations: readonly JudgedExpectation[], policy: Policy): boolean {
  if (finding.outcome === 'pass') return false;
  if (isAllowed(finding, policy)) return true;
  if (finding.outcome !== 'fail') return false;
  return expectations.some(({ fulfilledBy }) => fulfilledBy.includes(finding)) || isConsequence(finding, expectations);
}

const isAllowed = ({ auditId, path, scenario }: Finding, { allow }: Policy): boolean =>
  allow.some((one) => one.audit === auditId && matchesGlob(one.path, path) && (one.scenario === null || one.scenario === scenario));

function commandFor({ path, scenario }: Finding, { lab, spec }: Invocation): string {
  const words = [
    'npx',
    'hopscope',
    'run',
    ...(lab === null ? [] : ['--lab', lab]),
    '--path',
    path,
    '--scenario',
    scenario,
    ...(spec === null ? [] : [spec]),
  ];
  return words.map(quoted).join(' ');
}

function outsideCommand(outside: NonNullable<Path['outside']>, { spec }: Invocation): string {
  const words =
    'load' in outside
      ? ['drive', '--url', outside.url, '--spec', spec ?? 'hopscope.yaml', '--load', outside.load]
      : ['check', '--url', outside.url, ...checkFlags(outside.check)];
  return ['npx', 'hopscope', ...words].map(quoted).join(' ');
}

const checkFlags = ({ echoes, holdMs }: OutsideCheck): readonly string[] => [
  ...(echoes ? ['--origin-echo'] : []),
  ...(holdMs === 0 ? [] : ['--hold', String(holdMs / 1000)]),
];

/** Checks the one entry of the config again; of the control path, which all entries share, every config. Null: the path is no part of a check. */
function checkCommand(path: string, configs: readonly SubjectFacts[]): string | null {
  const own = configs.find(({ entries }) => entries.some((one) => one.path === path));
  const at = own?.entries.find((one) => one.path === path);
  const checked = own === undefined ? configs : [own];
  if (checked[0] === undefined) return null;
  const url = at === undefined ? [] : ['--url', entryUrl(at.entry)];
  return ['npx', 'hopscope', 'check', ...checked.map(({ label }) => label), ...(checked[0].flags ?? []), ...url].map(quoted).join(' ');
}

/** For a POSIX shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
