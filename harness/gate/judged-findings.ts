import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import type { JudgedFinding } from '../model/record.ts';
import { isConsequence } from './expectations.ts';
import type { JudgedExpectation } from './expectations.ts';
import { matchesGlob } from './glob.ts';

/** How the run was asked for, so that one part of it can be asked for again. */
export interface Invocation {
  readonly lab: 'docker' | 'netns' | 'none' | null;
  /** The spec as the user named it; null for the built-in one. */
  readonly spec: string | null;
}

/** Gives each finding its id and its command, and says whether it was declared or allowed. */
export function judgeFindings(
  findings: readonly Finding[],
  paths: readonly Path[],
  expectations: readonly JudgedExpectation[],
  { policy, invocation }: { readonly policy: Policy; readonly invocation: Invocation },
): readonly JudgedFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const base = `${finding.auditId}/${finding.path}/${finding.scenario}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    const path = paths.find(({ id }) => id === finding.path);
    const expected = path !== undefined && !isControl(path) && isExcused(finding, expectations, policy);
    const quirk = expected ? quirkOf(finding, expectations) : null;
    return {
      ...finding,
      id: count === 1 ? base : `${base}#${count}`,
      expected,
      ...(quirk === null ? {} : { quirk }),
      reproduce: path?.outside === undefined ? commandFor(finding, invocation) : outsideCommand(path.outside, invocation),
    };
  });
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

const outsideCommand = ({ url, load }: NonNullable<Path['outside']>, { spec }: Invocation): string =>
  ['npx', 'hopscope', 'drive', '--url', url, '--spec', spec ?? 'hopscope.yaml', '--load', load].map(quoted).join(' ');

/** For a POSIX shell. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
