/** Something with a next time to act, in `performance.now()`; Infinity: none. */
export interface Agenda {
  readonly nextAtMs: number;
  /** Does what is due. It may leave some of it for later, to let others have their turn: then `nextAtMs` has passed already. */
  run(nowMs: number): void;
}
