import type { CaptureChoice, LabChoice } from '../spec/spec.ts';

/** What the command line of `hopscope run` says. Null: not said. */
export interface RunOptions {
  /** Spec file; null: `hopscope.yaml` of the working folder where there is one, else the built-in default. */
  readonly spec: string | null;
  readonly lab: LabChoice | null;
  /** Patterns of path ids. Empty: all. */
  readonly paths: readonly string[];
  /** Patterns of scenario ids. Empty: those of the spec. */
  readonly scenarios: readonly string[];
  readonly seed: number | null;
  readonly out: string | null;
  readonly capture: CaptureChoice | null;
  /** Print the record as JSON on standard output. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Keep the lab up after the run until Enter or Ctrl-C. */
  readonly keep: boolean;
}
