import type { CaptureChoice, LabChoice } from '../spec/spec.ts';
import type { FileFormat } from './judge-options.ts';
import type { JudgeWith } from './judge-with.ts';

/** What the command line of `hopscope run` says. Null: not said. */
export interface RunOptions {
  /** Spec file; null: `hopscope.yaml` of the working folder where there is one, else the built-in default. */
  readonly spec: string | null;
  readonly lab: LabChoice | null;
  /** Patterns of path ids. Empty: all. */
  readonly paths: readonly string[];
  /** Patterns of scenario ids. Empty: those of the spec. */
  readonly scenarios: readonly string[];
  /** Patterns of the names of load profiles; alone they ask for the scenario `load`. Empty or absent: all of the spec. */
  readonly loads?: readonly string[];
  /** A git revision: only paths whose files changed since then. */
  readonly changedSince: string | null;
  readonly seed: number | null;
  readonly out: string | null;
  readonly capture: CaptureChoice | null;
  /** By what the durations of every config are divided. */
  readonly timeScale: number | null;
  /** Wait for limits of time as long as they are. */
  readonly realTime: boolean;
  /** Print the record as JSON on standard output. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Keep the lab up after the run until Enter or Ctrl-C. */
  readonly keep: boolean;
  /** Try remedies against what failed, in a lab of their own. */
  readonly remedies?: boolean;
  /** Nothing is printed but progress: another command tells what came of it. */
  readonly isSilent?: true;
  /** Absent: as the spec says. */
  readonly judgeWith?: JudgeWith;
  /** Reports to write besides the usual ones. Absent: none. */
  readonly formats?: readonly FileFormat[];
}
