import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { ClientSession } from './client-session.ts';
import { openSession } from './open-session.ts';
import type { SurviveRequest } from './protocol.ts';

const PATIENCE_MS = 500;
const AGAIN_AFTER_MS = 100;
/** Bounded: a proxy that stays away is not hammered. */
const MOST_TRIES = 5;

/** Clients that lost their socket and come back at once, as those do that have no back-off. */
export class ReconnectStorm {
  readonly #request: SurviveRequest;
  readonly #sessions: ClientSession[] = [];
  readonly #coming: Promise<void>[] = [];
  readonly #triedAtMs: number[] = [];
  #isStopped = false;

  constructor(request: SurviveRequest) {
    this.#request = request;
  }

  /** When each attempt was made (Unix ms). */
  get triedAtMs(): readonly number[] {
    return this.#triedAtMs;
  }

  comeBack(): void {
    if (!this.#isStopped) this.#coming.push(this.#tryUntilBack());
  }

  stop(): void {
    this.#isStopped = true;
  }

  async close(): Promise<void> {
    await Promise.all(this.#coming);
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #tryUntilBack(): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES && !this.#isStopped; tries += 1) {
      this.#triedAtMs.push(nowMs());
      const { session } = await openSession(this.#request.endpoint, nowMs() + PATIENCE_MS, () => undefined);
      if (session !== null) {
        this.#sessions.push(session);
        return;
      }
      await sleep(AGAIN_AFTER_MS);
    }
  }
}
