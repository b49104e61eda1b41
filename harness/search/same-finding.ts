import type { TriedCandidate } from '../model/candidate.ts';
import type { JudgedFinding } from '../model/record.ts';

const ENDS = ['client', 'origin', 'unknown'];

/** Copies of a proxy have names of their own: what counts is that a proxy was blamed. */
const kindOf = (host: string | undefined): string => (host === undefined ? 'unknown' : ENDS.includes(host) ? host : 'proxy');

/**
 * Whether a candidate shows this finding: the same audit fails in the same scenario of the same path, a host of the same kind is blamed, and
 * for a line of config with the same symptom where one was named. Which line it is does not count: lines move.
 */
export function sameFinding(finding: JudgedFinding): (tried: TriedCandidate) => boolean {
  return ({ findings }) => findings.some((other) => isSame(finding, other));
}

/** As `sameFinding`, for two findings. */
export function isSame(finding: JudgedFinding, other: JudgedFinding): boolean {
  const symptom = finding.blame?.config?.symptom;
  return (
    other.outcome === 'fail' &&
    other.auditId === finding.auditId &&
    other.scenario === finding.scenario &&
    other.path === finding.path &&
    kindOf(other.blame?.host) === kindOf(finding.blame?.host) &&
    (symptom === undefined || other.blame?.config?.symptom === symptom)
  );
}

/** Whether its proxy refuses a candidate with the same words; numbers in them may differ, as lines move. */
export function sameRefusal(refused: Pick<TriedCandidate, 'because'>): (tried: TriedCandidate) => boolean {
  const words = wordsOf(refused.because);
  return ({ status, because }) => status === 'rejected' && wordsOf(because) === words;
}

const wordsOf = (text: string): string => text.replace(/\d+/g, '0').trim();
