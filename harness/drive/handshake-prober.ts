import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { SurvivalEvidence } from '../model/action-evidence.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { openSession } from './open-session.ts';
import type { SurviveRequest } from './protocol.ts';

/** A handshake that is not answered in this time has failed; the next one does not wait for it. */
const PATIENCE_MS = 1500;
/** While everything goes well there is little to see: looked at densely at first, and whenever one has failed. */
const DENSE_FOR_MS = 300;
const CALM_EVERY_MS = 200;

type NewHandshake = SurvivalEvidence['newHandshakes'][number];

/** Opens one new socket after the other, and closes it again. */
export class HandshakeProber {
  readonly #request: SurviveRequest;
  readonly #seen: NewHandshake[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #isStopped = false;
  #lastFailedAtMs = 0;

  constructor(request: SurviveRequest) {
    this.#request = request;
    this.#loop = this.#run();
  }

  /** By the time they began. */
  get seen(): readonly NewHandshake[] {
    return this.#seen.toSorted((a, b) => a.atMs - b.atMs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop;
    await Promise.all(this.#open);
  }

  async #run(): Promise<void> {
    const denseUntilMs = nowMs() + DENSE_FOR_MS;
    while (!this.#isStopped) {
      const one = this.#probe();
      this.#open.add(one);
      void one.then(() => this.#open.delete(one));
      const isDense = nowMs() < denseUntilMs || nowMs() - this.#lastFailedAtMs < DENSE_FOR_MS;
      await sleep(isDense ? this.#request.probeEveryMs : CALM_EVERY_MS);
    }
  }

  async #probe(): Promise<void> {
    const atMs = nowMs();
    const { outcome, session } = await openSession(this.#request.endpoint, atMs + PATIENCE_MS, () => undefined);
    this.#seen.push({ atMs, outcome: outcomeLabel(outcome), elapsedMs: nowMs() - atMs });
    if (session === null) this.#lastFailedAtMs = nowMs();
    else await session.close();
  }
}
