import type { Socket } from 'node:net';
import type { PlayedEnd, Step } from '../../harness/model/play.ts';
import { PlaySession } from './play-session.ts';

interface Plan {
  readonly steps: readonly Step[];
  readonly deadlineMs: number;
  /** Whether its request asks for an upgrade; one that arrives without is not played. */
  readonly mustAsk: boolean;
  readonly sessions: PlaySession[];
}

/** A connection on which a request asked for a play. */
export interface PlayedConnection {
  readonly socket: Socket;
  /** The TCP socket beneath, where that is another one. */
  readonly raw?: Socket;
  /** What came from its request head on. */
  readonly early: Buffer;
  readonly acceptedAtMs: number;
  /** Takes the connection again, with the beginning of an ordinary request or nothing yet. */
  readonly giveBack: (early: Buffer) => void;
}

/** The line may be longer than what has come of it. */
const REQUEST_LINE = /^[A-Z]{3,20} (?:\/|\*|https?:)/;

const silence = (socket: Socket): Socket => socket.removeAllListeners('data').removeAllListeners('drain').removeAllListeners('end');

/** How much of a request line is looked at. */
const MAX_LINE = 65_536;

/** The plays that an origin was told of, and the connections that asked for them. */
export class PlayStage {
  readonly #plans = new Map<string, Plan>();

  plan(plays: Readonly<Record<string, readonly Step[]>>, deadlineMs: number, asking: readonly string[] = []): void {
    for (const [id, steps] of Object.entries(plays)) this.#plans.set(id, { steps, deadlineMs, mustAsk: asking.includes(id), sessions: [] });
  }

  /** The play that the first line of these bytes asks for, be the rest of the head right or wrong; null when there is none. */
  asked(bytes: Buffer): string | null {
    if (this.#plans.size === 0) return null;
    const line = /^[\r\n]*([^\n]*)\n/.exec(bytes.toString('latin1', 0, MAX_LINE))?.[1];
    const id = line === undefined ? undefined : /[?&]play=([^&#\s]*)/.exec(line)?.[1];
    return id !== undefined && this.#plans.has(id) ? id : null;
  }

  /** Gives a connection to a play. A request on it that is no play's goes back to whoever had it: proxies reuse connections. */
  begin(id: string, on: PlayedConnection): void {
    const { socket, early, acceptedAtMs } = on;
    const plan = this.#plans.get(id);
    if (plan === undefined) return;
    silence(socket);
    const giveBack = (chunk: Buffer): void => {
      silence(socket);
      on.giveBack(chunk);
    };
    const takesOver = (chunk: Buffer): boolean => {
      const next = this.asked(chunk);
      if (next === null && !REQUEST_LINE.test(chunk.toString('latin1', 0, 30))) return false;
      session.release();
      if (next !== null) this.begin(next, { ...on, early: chunk });
      else giveBack(chunk);
      return true;
    };
    const session = new PlaySession(socket, {
      ...plan,
      acceptedAtMs,
      raw: on.raw ?? socket,
      early,
      takesOver,
      handBack: () => giveBack(Buffer.alloc(0)),
    });
    plan.sessions.push(session);
  }

  /** What became of these plays, once they are over or so much time is; they are forgotten. */
  async played(ids: readonly string[], waitMs: number): Promise<Readonly<Record<string, readonly PlayedEnd[]>>> {
    const ended = ids.map(async (id) => {
      const sessions = this.#plans.get(id)?.sessions ?? [];
      return [id, await Promise.all(sessions.map((session) => session.settle(waitMs)))] as const;
    });
    const played = Object.fromEntries(await Promise.all(ended));
    for (const id of ids) this.#plans.delete(id);
    return played;
  }
}
