import type { AbsenceEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import { isAskedOf, type ScenarioFacts } from '../model/run-facts.ts';
import type { Cell, JudgedFinding } from '../model/record.ts';
import { worst } from '../model/verdict.ts';
import type { Verdict } from '../model/verdict.ts';
import { unmetWords } from './expectations.ts';
import type { JudgedExpectation } from './expectations.ts';

export interface Grounds {
  readonly paths: readonly Path[];
  readonly scenarios: readonly ScenarioFacts[];
  readonly findings: readonly JudgedFinding[];
  readonly expectations: readonly JudgedExpectation[];
  readonly absences: readonly AbsenceEvidence[];
}

/** One cell for each scenario that was meant for a path. */
export const cellsOf = (grounds: Grounds): readonly Cell[] =>
  grounds.paths.flatMap((path) =>
    grounds.scenarios
      .filter((scenario) => isAskedOf(scenario, path) && isMeantFor(grounds, path, scenario.id))
      .map(({ id }) => cellOf(grounds, path, id)),
  );

/** A scenario is meant for a path when anything is known of the two, or of its control path; a path of which nothing is known misses all. */
function isMeantFor({ findings, absences }: Grounds, path: Path, scenario: string): boolean {
  const records = [...findings, ...absences];
  const isKnown = (id: string): boolean => records.some((record) => record.path === id && record.scenario === scenario);
  return isKnown(path.id) || isKnown(path.control) || !records.some((record) => record.path === path.id);
}

/** A claim on a cell: how bad and in which words. */
interface Claim {
  readonly verdict: Verdict;
  readonly sentence: string;
}

function cellOf(grounds: Grounds, path: Path, scenario: string): Cell {
  const findings = grounds.findings.filter((finding) => finding.path === path.id && finding.scenario === scenario);
  const absences = grounds.absences.filter((absence) => absence.path === path.id && absence.scenario === scenario);
  const gaps = gapsOf(findings, absences);
  // What a path declares comes first, what its program is known for last.
  const rank = ({ expected, quirk }: JudgedFinding): number => (quirk !== undefined ? 2 : expected ? 0 : 1);
  const told = findings.toSorted((a, b) => rank(a) - rank(b));
  const claims = [...told.map(claimOf), ...expectationClaims(grounds, path, scenario, findings), ...gaps];
  const verdict = worst(claims.map((claim) => claim.verdict));
  const observed = worst([
    ...findings.map(({ outcome, quirk }) => (quirk === undefined ? outcome : 'pass')),
    ...gaps.map((gap) => gap.verdict),
  ]);
  const sentence = claims.find((claim) => claim.verdict === verdict)?.sentence ?? '';
  const excuse = verdict === 'pass' ? excuseOf(findings) : null;
  return { path: path.id, scenario, observed, verdict, sentence, ...(excuse === null ? {} : { excuse }) };
}

function excuseOf(findings: readonly JudgedFinding[]): 'warned' | 'known' | null {
  const kinds = findings.flatMap(({ standing }) => standing?.kind ?? []);
  if (kinds.includes('warning') || kinds.includes('quarantined')) return 'warned';
  return kinds.includes('known') ? 'known' : null;
}

/** Findings come in the order of the audits, so the first of the worst is what matters most; an expected failure is told before a pass. */
function claimOf({ outcome, expected, summary }: JudgedFinding): Claim {
  return expected ? { verdict: 'pass', sentence: summary } : { verdict: outcome, sentence: summary };
}

function gapsOf(findings: readonly JudgedFinding[], absences: readonly AbsenceEvidence[]): readonly Claim[] {
  if (absences.length > 0) return absences.map(absenceClaim);
  return findings.length > 0 ? [] : [{ verdict: 'inconclusive', sentence: 'not measured: nothing was recorded, and no reason either' }];
}

/** A lab or a driver that broke is an error of the run; whatever else kept a stimulus from being run leaves it open. */
function absenceClaim({ code, because, optional }: AbsenceEvidence): Claim {
  const sentence = `not measured: ${because}`;
  // Nobody relies on it.
  if (optional === true) return { verdict: 'pass', sentence };
  return { verdict: /^(?:LAB|DRIVE)_ERR_/.test(code) ? 'error' : 'inconclusive', sentence };
}

/** An expectation without a scenario of its own is missed where its audit looked; where it looked nowhere, in every cell of the path. */
function expectationClaims(
  { expectations, findings }: Grounds,
  path: Path,
  scenario: string,
  here: readonly JudgedFinding[],
): readonly Claim[] {
  const missed = expectations.filter((one) => one.path.id === path.id && isMissed(one));
  return missed.flatMap((one): readonly Claim[] => {
    const { audit, scenario: wanted } = one.expectation;
    const looked = findings.some((finding) => finding.path === path.id && finding.auditId === audit);
    const isHere = wanted === null ? !looked || here.some(({ auditId }) => auditId === audit) : wanted === scenario;
    return isHere ? [{ verdict: missVerdict(one), sentence: unmetWords(one) }] : [];
  });
}

/** Whether an expectation did not come true, and was not known for it before. */
export const isMissed = ({ result }: JudgedExpectation): boolean => !result.met && result.known !== true;

/** What could not be judged is not yet missed. */
export const missVerdict = ({ undecided }: JudgedExpectation): Verdict => (undecided.length > 0 ? 'inconclusive' : 'fail');
