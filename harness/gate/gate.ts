import { EXIT } from '../errors.ts';
import type { AbsenceEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import type { Cell, ExpectationResult, JudgedFinding } from '../model/record.ts';
import { worst } from '../model/verdict.ts';
import type { Verdict } from '../model/verdict.ts';
import { cellsOf, missVerdict } from './cells.ts';
import { judgeExpectations } from './expectations.ts';
import { headlineOf } from './headline.ts';
import { judgeFindings } from './judged-findings.ts';
import type { Invocation } from './judged-findings.ts';

export interface Grounds {
  readonly paths: readonly Path[];
  readonly findings: readonly Finding[];
  readonly scenarios: readonly { readonly id: string; readonly title: string }[];
  readonly policy: Policy;
  readonly absences: readonly AbsenceEvidence[];
  /** For the command that runs a finding's part again. */
  readonly invocation?: Invocation;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly cells: readonly Cell[];
  readonly findings: readonly JudgedFinding[];
  readonly expectations: readonly ExpectationResult[];
  readonly headline: string;
}

/**
 * Decides. An expected or allowed failure passes; any other fails; an expectation that did not come true fails; control paths are
 * excused nothing; what could not be judged is inconclusive, and that is refused unless the policy allows it. Pure.
 */
export function judge({ paths, findings, scenarios, policy, absences, invocation = { lab: null, spec: null } }: Grounds): Judgement {
  const ids = scenarios.map(({ id }) => id);
  const expectations = paths.filter((path) => !isControl(path)).flatMap((path) => judgeExpectations(path, findings, ids));
  const judged = judgeFindings(findings, paths, expectations, { policy, invocation });
  const cells = cellsOf({ paths, scenarios, findings: judged, expectations, absences });
  const misses = expectations.filter(({ result }) => !result.met).map(missVerdict);
  // A run that judged nothing proves nothing.
  const verdict = cells.length === 0 ? worst(['inconclusive', ...misses]) : worst([...cells.map((cell) => cell.verdict), ...misses]);
  return {
    verdict,
    exitCode: exitCodeOf(verdict, policy),
    cells,
    findings: judged,
    expectations: expectations.filter(({ expectation }) => expectation.quirk !== true).map(({ result }) => result),
    headline: headlineOf({ paths, findings: judged, expectations, cells }),
  };
}

function exitCodeOf(verdict: Verdict, policy: Policy): number {
  switch (verdict) {
    case 'pass':
      return EXIT.pass;
    case 'inconclusive':
      return policy.inconclusive === 'allow' ? EXIT.pass : EXIT.inconclusive;
    case 'fail':
      return EXIT.fail;
    case 'error':
      return EXIT.labBroke;
  }
}
