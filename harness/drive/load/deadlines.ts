import type { Agenda } from './agenda.ts';
import { DueHeap } from './due-heap.ts';
import type { LoadSession } from './load-session.ts';

/** Times by which sessions are to have come so far, all with the same action. */
export class Deadlines implements Agenda {
  readonly #heap = new DueHeap<LoadSession>();
  readonly #act: (session: LoadSession, nowMs: number) => void;

  constructor(act: (session: LoadSession, nowMs: number) => void) {
    this.#act = act;
  }

  get nextAtMs(): number {
    return this.#heap.nextAtMs;
  }

  add(session: LoadSession, dueAtMs: number): void {
    this.#heap.push(session, dueAtMs);
  }

  run(nowMs: number): void {
    for (let session = this.#heap.take(nowMs); session !== undefined; session = this.#heap.take(nowMs)) this.#act(session, nowMs);
  }

  clear(): void {
    this.#heap.clear();
  }
}
