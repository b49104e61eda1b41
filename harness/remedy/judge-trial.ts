import type { AbsenceEvidence } from '../model/evidence.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { RemedyStatus } from '../model/remedy.ts';

/** What is known of one path before and after its config was edited. */
export interface TrialResult {
  /** Findings that the edit is meant to cure. */
  readonly cured: readonly JudgedFinding[];
  /** All findings about the path in the run that they are from. */
  readonly before: readonly JudgedFinding[];
  /** All findings about the path in the trial, and what the trial could not do. */
  readonly after: readonly JudgedFinding[];
  readonly absences: readonly Pick<AbsenceEvidence, 'scenario' | 'code' | 'because'>[];
  /** Ids of the scenarios that the trial was to run. */
  readonly scenarios: readonly string[];
}

export interface TrialJudgement {
  readonly status: Exclude<RemedyStatus, 'untried'>;
  readonly because: string;
}

const failed = (because: string): TrialJudgement => ({ status: 'failed', because });

const isSame = (a: JudgedFinding, b: JudgedFinding): boolean => a.auditId === b.auditId && a.scenario === b.scenario;
const listed = (words: readonly string[]): string => [...new Set(words)].join(', ');

/**
 * Verified is a remedy only when the proxy took the config, everything was measured, the findings it is meant for are gone and passed
 * instead, and nothing else fails or stays open that had not done so before. What the policy or a quirk excuses counts for nothing.
 */
export function judgeTrial({ cured, before, after, absences, scenarios }: TrialResult): TrialJudgement {
  const refused = absences.find(({ code }) => code === 'CONFIG_ERR_REJECTED');
  if (refused !== undefined) return failed(`the config is not accepted: ${refused.because}`);
  const [gap] = absences;
  if (gap !== undefined) return failed(`${gap.scenario} could not be measured: ${gap.because}`);
  const unseen = scenarios.find((scenario) => !after.some((finding) => finding.scenario === scenario));
  if (unseen !== undefined) return failed(`${unseen} could not be measured: nothing was found in it, good or bad`);
  const left = after.find(
    (finding) => finding.outcome !== 'pass' && finding.quirk === undefined && cured.some((one) => isSame(one, finding)),
  );
  if (left !== undefined) return failed(`${left.auditId} in ${left.scenario} is still there${casesOf(left)}: ${left.summary}`);
  const fresh = after.find((finding) => isTrouble(finding) && !before.some((one) => one.outcome !== 'pass' && isSame(one, finding)));
  if (fresh !== undefined) return failed(`${fresh.auditId} in ${fresh.scenario} came with it${casesOf(fresh)}: ${fresh.summary}`);
  const gone = `${listed(cured.map(({ auditId, scenario }) => `${auditId} in ${scenario}`))} ${cured.length === 1 ? 'is' : 'are'} gone`;
  return { status: 'verified', because: `applied to a copy and run: ${gone}, and nothing new failed in ${listed(scenarios)}` };
}

const casesOf = ({ cases = [] }: JudgedFinding): string =>
  cases.length === 0 ? '' : ` (${cases.length > 3 ? `${cases.length} cases` : cases.join(', ')})`;

const isTrouble = ({ outcome, expected }: JudgedFinding): boolean => outcome !== 'pass' && !expected;
