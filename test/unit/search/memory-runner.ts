import type { Candidate, CandidateRunner, TriedCandidate } from '../../../harness/model/candidate.ts';
import type { Fingerprint } from '../../../harness/model/fingerprint.ts';
import type { JudgedFinding } from '../../../harness/model/record.ts';
import type { ConfigTree } from '../../../harness/model/surroundings.ts';
import type { Verdict } from '../../../harness/model/verdict.ts';

/** What a config does, decided from its text. */
export interface Behaves {
  readonly isRefused?: string | null;
  readonly findings?: readonly JudgedFinding[];
  readonly fingerprints?: readonly Fingerprint[];
  readonly verdict?: Verdict;
}

/** A tree of one file; further files by path. */
export function treeOf(text: string, more: Readonly<Record<string, string>> = {}, main = '/etc/haproxy/haproxy.cfg'): ConfigTree {
  const label = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const files = Object.entries({ [main]: text, ...more });
  return {
    main,
    files: new Map(files.map(([path, text]) => [path, { path, text, label: label(path) }])),
    workingFolder: '/',
    env: {},
  };
}

export const textOf = (tree: ConfigTree): string => tree.files.get(tree.main)?.text ?? '';

export function findingOf(more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    id: 'refused-upgrade/entry/opening-handshake',
    auditId: 'refused-upgrade',
    path: 'entry',
    scenario: 'opening-handshake',
    outcome: 'fail',
    summary: 'The proxy answers 400.',
    blame: null,
    evidence: [],
    measures: {},
    details: [],
    expected: false,
    reproduce: '',
    ...more,
  };
}

export function fingerprintWith(more: Partial<Fingerprint> = {}): Fingerprint {
  return {
    fingerprint: '1.0.0',
    path: 'entry',
    subjects: [],
    headers: { request: [], response: [] },
    behaviours: {},
    limitsMs: {},
    measures: {},
    ...more,
  };
}

/** Decides from the text of a config what it does; counts as a lab would. */
export class MemoryRunner implements CandidateRunner {
  runs = 0;
  checks = 0;
  cached = 0;
  /** Most candidates that were run at once. */
  widest = 0;
  readonly #behave: (tree: ConfigTree) => Behaves;

  constructor(behave: (tree: ConfigTree) => Behaves) {
    this.#behave = behave;
  }

  try(candidates: readonly Candidate[]): Promise<readonly TriedCandidate[]> {
    this.runs += candidates.length;
    this.widest = Math.max(this.widest, candidates.length);
    return Promise.resolve(candidates.map((candidate) => this.#tried(candidate)));
  }

  check(candidates: readonly Candidate[]): Promise<readonly boolean[]> {
    this.checks += candidates.length;
    return Promise.resolve(candidates.map(({ tree }) => (this.#behave(tree).isRefused ?? null) === null));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #tried({ id, tree }: Candidate): TriedCandidate {
    const { isRefused = null, findings = [], fingerprints = [], verdict } = this.#behave(tree);
    if (isRefused !== null) return { id, status: 'rejected', because: isRefused, findings: [], fingerprints: new Map(), verdict: 'error' };
    const fails = findings.some(({ outcome }) => outcome === 'fail');
    return {
      id,
      status: 'tried',
      because: '',
      findings,
      fingerprints: new Map(fingerprints.map((one) => [one.path, one])),
      verdict: verdict ?? (fails ? 'fail' : 'pass'),
    };
  }
}
