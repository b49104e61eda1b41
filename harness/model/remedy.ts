/** Replaces `remove` lines of a config, from `line` on (1-based; one past the last line appends), by the lines of `insert`. */
export interface ConfigEdit {
  readonly line: number;
  readonly remove: number;
  /** Without line ends: those of the file are used. */
  readonly insert: readonly string[];
}

/** A change of a config that may cure a finding, as a proxy's own rules make it: nothing has been tried yet. */
export interface RemedyCandidate {
  /** One sentence: what to do. */
  readonly title: string;
  /** In the order of the file; no two touch the same line. */
  readonly edits: readonly ConfigEdit[];
  /** Documentation of the directives: name of the manual and section. */
  readonly source: string;
}

/**
 * `verified`: applied to a copy of the config and run, the finding went away and none came; `untried`: not run; `failed`: run, and it did
 * not do. A failed one is kept with its reason and is not shown as a cure.
 */
export const REMEDY_STATUSES = ['verified', 'untried', 'failed'] as const;
export type RemedyStatus = (typeof REMEDY_STATUSES)[number];

/** A patch of a proxy's config against one finding, and what came of trying it. */
export interface Remedy {
  /** Id of a finding of the same run. */
  readonly findingId: string;
  /** Host whose config it changes. */
  readonly host: string;
  /** The config as the user knows it. */
  readonly file: string;
  /** One sentence: what to do. */
  readonly title: string;
  /** Unified diff against the config that was run, with its line numbers. Untrusted: it quotes the config. */
  readonly patch: string;
  readonly status: RemedyStatus;
  /** What was seen when it was run, or why it was not. */
  readonly because: string;
  /** Documentation of the directives: name of the manual and section. */
  readonly source: string;
  /** Folder of the trial below the run folder, itself a run folder; null when it was not run. */
  readonly trial: string | null;
}

/** The one that reports show: a verified one, else one that was not run; null where all failed or none is known. */
export const shownRemedy = (remedies: readonly Remedy[] | undefined): Remedy | null =>
  remedies?.find(({ status }) => status === 'verified') ?? remedies?.find(({ status }) => status === 'untried') ?? null;

/** Where the patch of the remedy that is shown for a finding stands in the run folder. */
export const patchFileOf = ({ findingId }: Pick<Remedy, 'findingId'>): string =>
  `remedies/${findingId.replaceAll(/[^\w.-]+/g, '-').slice(0, 150)}.patch`;
