import { readFile } from 'node:fs/promises';
import type { StartedProxy } from '../lab/lab.ts';

/** Enough of a log to tell why its program ended. */
const LAST_LINES = 5;
const MAX_WORDS = 1000;

/** Knows whether a proxy still runs. One that ends during the run is the likeliest reason for what clients saw, so it is said. */
export class ProxyLife {
  readonly #title: string;
  readonly #log: string;
  readonly #told = new Set<string>();
  #mayEnd = false;
  #end: Awaited<StartedProxy['exited']> | null = null;

  /** `title`: program and host, for the message. */
  constructor(title: string, log: string, exited: StartedProxy['exited']) {
    this.#title = title;
    this.#log = log;
    void exited.then((end) => {
      this.#end = end;
    });
  }

  /** The run ends it itself from now on: that is no death. */
  letEnd(): void {
    this.#mayEnd = true;
  }

  /** How it ended and its last words, once for each scenario; null while it runs. */
  async lastWords(scenario: string): Promise<string | null> {
    if (this.#end === null || this.#mayEnd || this.#told.has(scenario)) return null;
    this.#told.add(scenario);
    const { code, signal } = this.#end;
    const log = await readFile(this.#log, 'utf8').catch(() => '');
    const lines = log.trim().split('\n').slice(-LAST_LINES).join(' | ').slice(-MAX_WORDS);
    return `${this.#title} ended during the run (${signal ?? `exit code ${String(code)}`}): ${lines === '' ? 'it printed nothing' : lines}`;
  }
}
