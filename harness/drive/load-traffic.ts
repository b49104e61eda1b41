import { randomBytes } from 'node:crypto';
import { nowMs } from '../measure/clock.ts';
import { Distribution } from '../measure/distribution.ts';
import type { Pacer } from '../measure/pacer.ts';
import { encodeFrame, OPCODE } from '../wire/frame.ts';
import type { Message } from '../wire/message-assembler.ts';
import type { ClientSession } from './client-session.ts';
import type { LoadPayload } from './load-payload.ts';

/** Timers are no finer than a millisecond; only the last quarter of one is spun through, to leave the CPU to the path. */
const SPIN_MS = 0.25;
/** How long after the last due time a late generator still sends. */
const OVERTIME_MS = 500;

/** The open loop: message n goes out when it is due, whatever came back, and its latency runs from the due time. */
export class LoadTraffic {
  readonly latency = new Distribution();
  readonly lag = new Distribution();
  readonly #payload: LoadPayload;
  readonly #pacer: Pacer;
  /** By sequence number: 1 sent, 2 echoed. */
  readonly #states: Uint8Array;
  #startedAtMs = 0;
  #sent = 0;
  #echoed = 0;
  #corrupted = 0;

  constructor(payload: LoadPayload, pacer: Pacer, total: number) {
    this.#payload = payload;
    this.#pacer = pacer;
    this.#states = new Uint8Array(total);
  }

  get sent(): number {
    return this.#sent;
  }

  get echoed(): number {
    return this.#echoed;
  }

  /** Echoes that are no text that was sent, or come a second time. */
  get corrupted(): number {
    return this.#corrupted;
  }

  receive(message: Message, atMs: number): void {
    const sequence = message.isText ? this.#payload.sequenceOf(message.payload) : null;
    if (sequence === null || this.#states[sequence] !== 1) {
      this.#corrupted += 1;
      return;
    }
    this.#states[sequence] = 2;
    this.#echoed += 1;
    this.latency.record((atMs - this.#dueAtMs(sequence)) * 1000);
  }

  /** Sends everything over the sessions in turn; returns when all is sent, no session is left, or time is up. */
  send(sessions: readonly ClientSession[]): Promise<void> {
    const total = this.#states.length;
    this.#startedAtMs = nowMs();
    const lastAtMs = this.#dueAtMs(total) + OVERTIME_MS;
    return new Promise((resolve) => {
      const wake = (): void => {
        while (this.#sent < total && this.#dueAtMs(this.#sent) <= nowMs()) {
          const session = nextOpen(sessions, this.#sent);
          if (session === null || nowMs() > lastAtMs) {
            resolve();
            return;
          }
          this.#sendOne(session);
        }
        if (this.#sent >= total) {
          resolve();
          return;
        }
        const waitMs = this.#dueAtMs(this.#sent) - nowMs();
        if (waitMs > SPIN_MS) setTimeout(wake, Math.floor(waitMs));
        else setImmediate(wake);
      };
      wake();
    });
  }

  #sendOne(session: ClientSession): void {
    const sequence = this.#sent;
    const frame = encodeFrame({ opcode: OPCODE.text, payload: this.#payload.textFor(sequence), maskKey: randomBytes(4) });
    this.#states[sequence] = 1;
    this.#sent += 1;
    this.lag.record((nowMs() - this.#dueAtMs(sequence)) * 1000);
    session.sendFrame(frame);
  }

  #dueAtMs(sequence: number): number {
    return this.#startedAtMs + this.#pacer(sequence);
  }
}

/** The session whose turn it is, or the next one that is still open. */
function nextOpen(sessions: readonly ClientSession[], turn: number): ClientSession | null {
  for (let step = 0; step < sessions.length; step += 1) {
    const session = sessions[(turn + step) % sessions.length];
    if (session !== undefined && session.wire.end === null) return session;
  }
  return null;
}
