import type { HostAction } from './action-evidence.ts';

/** Something that is done to a host of a path while each stimulus runs over it. */
export interface TimedAction extends HostAction {
  /** From the start of the stimulus. */
  readonly atMs: number;
}
