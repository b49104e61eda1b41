import { nowMs } from '../measure/clock.ts';
import type { PlayedEnd, Step } from '../model/play.ts';
import { playWrites } from './play-chunks.ts';
import type { PlayWire } from './play-wire.ts';

type StepOf<K extends Step['do']> = Extract<Step, { readonly do: K }>;
/** Steps that only one of the ends knows. */
export type OwnStep = StepOf<'upgrade' | 'await-head' | 'serve'>;

interface RunStep {
  readonly step: number;
  readonly startedAtMs: number;
  endedAtMs: number | null;
}

/** What an end brings to its script. */
export interface PlayRole {
  /** Does a step of its own; false: it cannot be done any more, which ends the script. */
  own(step: OwnStep, script: PlayScript): boolean | Promise<boolean>;
  /** How long a wait may last from here, in Unix milliseconds; absent: as long as the connection lives. */
  patienceUntilMs?(): number;
}

/** Runs the steps of one end over its wire. */
export class PlayScript {
  readonly wire: PlayWire;
  readonly #steps: readonly Step[];
  readonly #role: PlayRole;
  readonly #ran: RunStep[] = [];
  /** What came after the head and is kept for a step that gives it back. */
  #kept: Buffer[] | null;
  #awaited = 0;
  #isOver = false;

  constructor(wire: PlayWire, steps: readonly Step[], role: PlayRole) {
    this.wire = wire;
    this.#steps = steps;
    this.#role = role;
    this.#kept = steps.some((step) => step.do === 'echo' || step.do === 'serve') ? [] : null;
    if (this.#kept !== null) wire.consume((chunk) => this.#kept?.push(chunk));
  }

  /** Runs to the last step, or to the first that cannot be done. */
  async run(): Promise<void> {
    for (const [index, step] of this.#steps.entries()) {
      const ran: RunStep = { step: index, startedAtMs: nowMs(), endedAtMs: null };
      this.#ran.push(ran);
      if (!(await this.#do(step))) break;
      ran.endedAtMs = nowMs();
    }
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  record(): PlayedEnd {
    return this.wire.record(this.#ran.map((ran) => ({ ...ran })));
  }

  /** Gives what comes from here on to `consumer`: first what came since the head and was not awaited, or all of it. */
  handOver(consumer: (chunk: Buffer) => void, from: 'head' | 'awaited'): void {
    const kept = Buffer.concat(this.#kept ?? []);
    this.#kept = null;
    this.wire.consume(consumer);
    const rest = from === 'head' ? kept : kept.subarray(this.#awaited);
    if (rest.length > 0) consumer(rest);
  }

  #until(isTrue: () => boolean): Promise<boolean> {
    return this.wire.until(isTrue, this.#role.patienceUntilMs?.());
  }

  async #do(step: Step): Promise<boolean> {
    const { wire } = this;
    switch (step.do) {
      case 'send':
        return this.#send(step);
      case 'await-bytes':
        this.#awaited = Math.max(this.#awaited, step.count);
        await this.#until(() => wire.receivedBytes >= step.count || wire.isDeaf);
        return wire.receivedBytes >= step.count;
      case 'await-end':
        return this.#until(() => wire.has('fin-came') || wire.has('reset-came'));
      case 'sleep':
        await wire.until(() => false, nowMs() + step.ms);
        return !wire.isClosed;
      case 'pause-reading':
        wire.pause();
        return true;
      case 'resume-reading':
        wire.resume();
        return true;
      case 'echo':
        this.handOver((chunk) => wire.answer(chunk), 'head');
        return this.#until(() => wire.isDeaf);
      case 'fin':
        await wire.finish();
        return wire.has('fin-sent');
      case 'reset':
        wire.reset();
        return true;
      case 'be-killed':
        return wire.beKilled();
      case 'vanish':
        return wire.vanish();
      case 'await-head':
      case 'upgrade':
      case 'serve':
        return this.#role.own(step, this);
    }
  }

  async #send(step: StepOf<'send'>): Promise<boolean> {
    let isFirst = true;
    for (const bytes of playWrites(step.bytes, step.writeBytes)) {
      if (!isFirst && step.everyMs !== undefined && step.everyMs > 0) await this.wire.until(() => false, nowMs() + step.everyMs);
      isFirst = false;
      if (!(await this.wire.write(bytes))) return false;
    }
    return true;
  }
}
