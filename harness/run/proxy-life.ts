import type { StartedProxy } from '../lab/lab.ts';
import { nowMs } from '../measure/clock.ts';
import type { ProcessEnd } from '../model/crash-evidence.ts';
import { signalName } from '../model/signal-name.ts';
import { logEnd } from './log-end.ts';

/** Enough of a log to tell why its program ended: a stack may follow the line that matters. */
const LAST_LINES = 40;
const WORDS = 5;
const MAX_WORDS = 1000;
/** A program may write a core or a stack for a while, with its sockets open, before its end is seen. */
const DYING_MS = 1000;

/** The log of one instance of a proxy: what instances before it wrote is not its own. */
export interface OwnLog {
  readonly file: string;
  readonly fromByte: number;
  /** Whether a line is about a request: those say nothing of the program itself. */
  readonly isOfRequest: (line: string) => boolean;
}

/** How a proxy ended although nobody had ended it. */
export interface OwnEnd extends ProcessEnd {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly lastLines: readonly string[];
}

/** Knows whether one instance of a proxy still runs. One that ends by itself during the run is a fault of it, so it is said. */
export class ProxyLife {
  readonly #title: string;
  readonly #log: OwnLog;
  readonly #startedAtMs = nowMs();
  readonly #told = new Set<string>();
  #mayEnd = false;
  #end: (ProcessEnd & { readonly atMs: number }) | null = null;
  #isTaken = false;
  #notRevived = '';

  /** `title`: program and host, for the message. */
  constructor(title: string, log: OwnLog, exited: StartedProxy['exited']) {
    this.#title = title;
    this.#log = log;
    void exited.then(({ code, signal }) => {
      if (!this.#mayEnd) this.#end = { exitCode: code, signal: signal ?? signalOf(code), atMs: nowMs() };
    });
  }

  /** The run ends it itself from now on: that is no death. */
  letEnd(): void {
    this.#mayEnd = true;
  }

  get hasEndedByItself(): boolean {
    return this.#end !== null;
  }

  /** It could not be started again: from now on it is missing. */
  stayEnded(because: string): void {
    this.#notRevived = `, and could not be started again (${because})`;
  }

  /** How it ended by itself, once; null while it runs, and when the run ended it. */
  async takeEnd(scenario: string): Promise<OwnEnd | null> {
    if (this.#end === null || this.#isTaken) return null;
    this.#isTaken = true;
    this.#told.add(scenario);
    const { atMs, exitCode, signal } = this.#end;
    const lastLines = (await this.#lines()).filter((line) => !this.#log.isOfRequest(line)).slice(-LAST_LINES);
    return { exitCode, signal, fromMs: Math.max(this.#startedAtMs, atMs - DYING_MS), untilMs: atMs, lastLines };
  }

  /** That it is missing, once for each scenario after the one in which it ended; null while it runs. */
  async lastWords(scenario: string): Promise<string | null> {
    if (this.#end === null || this.#told.has(scenario)) return null;
    this.#told.add(scenario);
    const { exitCode, signal } = this.#end;
    const lines = (await this.#lines()).slice(-WORDS).join(' | ').slice(-MAX_WORDS);
    const how = signal ?? `exit code ${String(exitCode)}`;
    return `${this.#title} ended during the run (${how})${this.#notRevived}: ${lines === '' ? 'it printed nothing' : lines}`;
  }

  #lines(): Promise<readonly string[]> {
    return logEnd(this.#log.file, this.#log.fromByte);
  }
}

/** How a shell tells of a signal. */
const signalOf = (code: number | null): string | null => (code === null ? null : signalName(code - 128));
