import type { Fingerprint } from './fingerprint.ts';
import type { JudgedFinding } from './record.ts';
import type { ConfigTree } from './surroundings.ts';
import type { Verdict } from './verdict.ts';

/** A config to try in place of the subject's own. */
export interface Candidate {
  readonly id: string;
  readonly tree: ConfigTree;
}

/** What came of a candidate. */
export interface TriedCandidate {
  readonly id: string;
  /** `rejected`: its proxy refuses the config or does not start; `tried`: it ran. */
  readonly status: 'tried' | 'rejected';
  /** Its proxy's words, for a rejected one. */
  readonly because: string;
  /** Of all its entries; empty for a rejected one. Paths of a candidate's findings are those of the subject (`JudgedFinding.path`), so that candidates can be compared. */
  readonly findings: readonly JudgedFinding[];
  /** By path id of the subject: how it behaves. */
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
  readonly verdict: Verdict;
}

/** Tries configs for real, in a lab that stays up between them. */
export interface CandidateRunner extends AsyncDisposable {
  /** Runs them side by side in one lab: brought up in parallel, stimuli one after the other. Cached by the text of the tree. */
  try(candidates: readonly Candidate[]): Promise<readonly TriedCandidate[]>;
  /** Only asks the proxies whether they take the configs: cheap. */
  check(candidates: readonly Candidate[]): Promise<readonly boolean[]>;
  readonly runs: number;
  readonly checks: number;
  readonly cached: number;
}
