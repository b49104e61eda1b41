import type { FileFormat } from './judge-options.ts';

/** What `hopscope check` and the commands that search in a config are told about it. */
export interface SubjectOptions {
  /** Name of a service; null: it is told from the config. */
  readonly as: string | null;
  /** Version of the proxy; null: that of the machine. */
  readonly version: string | null;
  /** Where the config stands in production; null: it follows from its path and its content. */
  readonly at: string | null;
  /** A folder that is the `/` of the config's machine. */
  readonly root: string | null;
  /** `SRC[:DEST]`. */
  readonly provide: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly urls: readonly string[];
  /** Command that prints a template rendered. */
  readonly render: string | null;
}

export interface CheckOptions extends SubjectOptions {
  readonly configs: readonly string[];
  /** Ids; empty: those of a check. */
  readonly scenarios: readonly string[];
  /** Nothing is run with divided durations. */
  readonly skipLimits: boolean;
  readonly seed: number;
  readonly out: string | null;
  /** Reports to write besides the usual ones. Absent: none. */
  readonly formats?: readonly FileFormat[];
  readonly json: boolean;
  readonly quiet: boolean;
}
