import type { RunRecord } from '../model/record.ts';
import type { Scenario } from '../run/scenario.ts';

/** A run of one scenario that a command made itself. */
export interface OwnRun {
  readonly scenario: Scenario;
  /** Client addresses that its loads want. */
  readonly sources: number;
  /** Prints what came of it; the reports are written and named besides. */
  tell(record: RunRecord, how: { readonly json: boolean; readonly quiet: boolean }): void;
}
