import type { TriedCandidate } from './candidate.ts';
import type { ConfigPlace, ConfigTree } from './surroundings.ts';

/*
 * What `diff`, `shrink` and `mutate` find out by trying configs: made by harness/search, shown by reports/search.
 */

/** A line that is left of a config, and where it stood. */
export interface KeptLine {
  /** Path of its file in the tree. */
  readonly path: string;
  /** The file as the user knows it. */
  readonly file: string;
  /** 1-based, in the original. */
  readonly line: number;
  /** With its line end. Untrusted. */
  readonly text: string;
}

/** What a search cost. */
export interface SearchCost {
  /** Configs that were really run. */
  readonly runs: number;
  /** Configs that a proxy was only asked about. */
  readonly checks: number;
  /** Answers that were known already. */
  readonly cached: number;
}

/** The few lines that still show a finding. */
export interface Shrunk extends SearchCost {
  readonly kind: 'shrunk';
  readonly tree: ConfigTree;
  readonly kept: readonly KeptLine[];
  /** Lines with content: after and before. */
  readonly lines: number;
  readonly before: number;
  /** Each statement and block that is left was left out once, and the finding was gone. False: the search ended early. */
  readonly isMinimal: boolean;
}

/** Lines of one file that two configs do not have in common. */
export interface Hunk {
  /** Unique in a change. */
  readonly id: string;
  readonly file: string;
  /** Path of the file in the tree before; of a file that was added, its path there. */
  readonly path: string;
  /** Lines are 1-based; `line` of an empty side is the one that it stands before. Texts carry their line ends and are untrusted. */
  readonly before: HunkSide;
  readonly after: HunkSide;
}

export interface HunkSide {
  readonly line: number;
  readonly lines: readonly string[];
}

/** One thing that a config does and another does not. */
export interface BehaviouralChange {
  readonly id: string;
  /** Path id of the subject; null: all of them. */
  readonly path: string | null;
  /** `finding`, `start`, or the area of a fingerprint. */
  readonly area: string;
  readonly what: string;
  /** Null: not there. Untrusted. */
  readonly before: string | null;
  readonly after: string | null;
  /** Null: it cannot be told which is better. */
  readonly isWorse: boolean | null;
  /** Whether a candidate behaves as the config after. */
  shows(tried: TriedCandidate): boolean;
}

/** Why something behaves otherwise: the hunks that are enough, none of which can be left out. */
export interface Cause {
  readonly changes: readonly BehaviouralChange[];
  readonly hunks: readonly Hunk[];
  /** The hunks as a unified diff against the config before. */
  readonly diff: string;
  /** None of them can be left out. False: the search ended early. */
  readonly isMinimal: boolean;
  /** The config after, without these, no longer shows it. False: something else causes it too. Null: not known. */
  readonly isOnly: boolean | null;
}

/** A change for which no hunks could be named, and why, as a clause. */
export interface Uncaused {
  readonly change: BehaviouralChange;
  readonly because: string;
}

/** A config with one directive left out or altered. */
export interface Mutant {
  readonly id: string;
  /** "`timeout tunnel 1h` removed". Contains config text: untrusted. */
  readonly title: string;
  readonly place: ConfigPlace;
  /** Why the directive matters to a WebSocket. */
  readonly because: string;
  /** Documentation of the directive. */
  readonly source: string;
  readonly tree: ConfigTree;
}

/**
 * `killed`: the policy noticed; `survived`: it did not; `rejected`: the proxy does not take it, which says nothing; `timed`: it was not
 * judged in time, which says nothing either.
 */
export type MutantFate = 'killed' | 'survived' | 'rejected' | 'timed';

export interface JudgedMutant {
  readonly mutant: Mutant;
  readonly fate: MutantFate;
  /** What it did that the unaltered config did not, worst first: sentences. */
  readonly harm: readonly string[];
}

export interface MutationScore {
  readonly killed: number;
  readonly survived: number;
  readonly rejected: number;
  readonly timed: number;
  /** killed / (killed + survived); null where there is neither. */
  readonly score: number | null;
  /** In the order of the config. */
  readonly mutants: readonly JudgedMutant[];
  /** Those that break most first. */
  readonly survivors: readonly JudgedMutant[];
}
