import { meets, parseTolerance } from '../measure/tolerance.ts';
import type { Finding } from '../model/finding.ts';
import type { Expectation, Path } from '../model/path.ts';
import type { ExpectationResult } from '../model/record.ts';
import { CONSEQUENCES_OF } from './consequences.ts';

/** An expectation with the findings that make it true, and those of its audit that could not be judged. */
export interface JudgedExpectation {
  readonly path: Path;
  readonly expectation: Expectation;
  readonly fulfilledBy: readonly Finding[];
  readonly undecided: readonly Finding[];
  readonly result: ExpectationResult;
}

/** Holds what a path declares against what was found. An expectation of a scenario that was not run is left out. */
export function judgeExpectations(path: Path, findings: readonly Finding[], scenarios: readonly string[]): readonly JudgedExpectation[] {
  const wanted = path.expect.filter(({ scenario }) => scenario === null || scenarios.includes(scenario));
  return wanted.map((expectation) => {
    const related = findings.filter((finding) => finding.path === path.id && isAbout(expectation, finding));
    const fulfilledBy = related.filter((finding) => fulfils(expectation, finding));
    const undecided = related.filter(({ outcome }) => outcome === 'inconclusive');
    const { audit, scenario, because } = expectation;
    // A quirk that does not show is not missed.
    const met = fulfilledBy.length > 0 || expectation.quirk === true;
    const result = { path: path.id, audit, scenario, met, because, seen: met ? '' : seenInstead(related) };
    return { path, expectation, fulfilledBy, undecided, result };
  });
}

/** `expected idle-cutoff by haproxy, saw none`. */
export const unmetWords = ({ expectation, result }: JudgedExpectation): string =>
  `expected ${expectation.audit} by ${expectation.host}, saw ${result.seen}`;

/** Whether a failing finding follows from an expectation that came true: same path, same host, a consequence of the same cause. */
export function isConsequence(finding: Finding, expectations: readonly JudgedExpectation[]): boolean {
  return expectations.some(
    (one) =>
      one.path.id === finding.path && (one.expectation.audit === 'crashed-proxy' ? followsCrash(finding, one) : followsCause(finding, one)),
  );
}

/** What a crash that was declared does shows in its own scenario only, and often nobody can be named for it. */
const followsCrash = (finding: Finding, { expectation, fulfilledBy }: JudgedExpectation): boolean =>
  fulfilledBy.some(({ scenario }) => scenario === finding.scenario) &&
  [expectation.host, 'unknown'].includes(blamedHost(finding)) &&
  (CONSEQUENCES_OF['crashed-proxy'] ?? []).includes(finding.auditId);

const followsCause = (finding: Finding, { expectation, fulfilledBy }: JudgedExpectation): boolean =>
  fulfilledBy.length > 0 &&
  expectation.quirk !== true &&
  expectation.host !== 'unknown' &&
  (blamedHost(finding) === expectation.host || isSameUnnamed(finding, fulfilledBy)) &&
  (CONSEQUENCES_OF[expectation.audit] ?? []).includes(finding.auditId);

/** Of the cases of one audit and scenario some may not decide who it was, where others do. */
const isSameUnnamed = (finding: Finding, fulfilledBy: readonly Finding[]): boolean =>
  blamedHost(finding) === 'unknown' &&
  fulfilledBy.some(({ auditId, scenario }) => auditId === finding.auditId && scenario === finding.scenario);

const isAbout = ({ audit, scenario }: Expectation, finding: Finding): boolean =>
  finding.auditId === audit && (scenario === null || finding.scenario === scenario);

function fulfils({ host, measures, cases, quirk }: Expectation, finding: Finding): boolean {
  // In a chain the evidence may not say which proxy it was: that one of them is known for just these cases is explanation enough.
  const isOpen = quirk === true && cases !== undefined && blamedHost(finding) === 'unknown';
  if (finding.outcome !== 'fail' || (blamedHost(finding) !== host && !isOpen)) return false;
  if (cases !== undefined && (finding.cases === undefined || !finding.cases.every((id) => cases.includes(id)))) return false;
  return Object.entries(measures).every(([name, text]) => {
    const [tolerance, value] = [parseTolerance(text), finding.measures[name]];
    return tolerance !== null && value !== undefined && meets(tolerance, value);
  });
}

export const blamedHost = ({ blame }: Finding): string => blame?.host ?? 'unknown';

function seenInstead(related: readonly Finding[]): string {
  const failing = related.filter(({ outcome }) => outcome === 'fail');
  if (failing.length > 0) return failing.map((finding) => `${blamedHost(finding)}${measuresWords(finding)}`).join(', ');
  const open = related.find(({ outcome }) => outcome === 'inconclusive');
  return open === undefined ? 'none' : `nothing that could be judged: ${open.summary}`;
}

const measuresWords = ({ measures }: Finding): string => {
  const words = Object.entries(measures).map(([name, value]) => `${name} ${value}`);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
};
