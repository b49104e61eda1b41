import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A program that is talked to over pipes. What a lab starts in a host is one. */
export interface ShellProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  stop(): Promise<void>;
}

/**
 * What is started as a HostShell. In a session of its own, because Ctrl-C of a terminal reaches every process of ours, and captures
 * are to be ended in good order.
 */
export const SHELL_ARGV: readonly string[] = ['setsid', '--wait', 'sh'];

/**
 * When this process is gone, the pipe ends, and the shell takes what it started with it. SIGTERM must not end it before that. A program
 * that is just being started may miss the first signal.
 */
const FIRST_WORDS = 'exec 2>&1\ntrap \'trap "" TERM; kill -TERM 0; sleep 0.2; kill -KILL 0\' EXIT TERM\n';
const ANSWER_TIMEOUT_MS = 10_000;
const MAX_LINE = 4096;
const MAX_ANSWER_LINES = 20_000;
const RECENT_LINES = 10;

/**
 * One shell that stays in a host, so that watching costs no entering of namespaces and no exec of an engine each time. What its
 * programs print comes over one pipe, so questions are asked one after the other.
 */
export class HostShell {
  readonly #process: ShellProcess;
  readonly #listeners = new Set<(line: string | null) => void>();
  #turn: Promise<unknown> = Promise.resolve();
  #recent: string[] = [];
  #ended = false;

  constructor(process: ShellProcess) {
    this.#process = process;
    process.stdin.on('error', () => {
      /* The shell is gone; the end of its output says so. */
    });
    const lines = createInterface({ input: process.stdout });
    lines.on('line', (line) => this.#hear(line.slice(0, MAX_LINE)));
    lines.on('close', () => {
      this.#ended = true;
      this.#hear(null);
    });
    process.stdin.write(FIRST_WORDS);
  }

  /** The last lines, whoever printed them: for the reason of a failure. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Hears every line; null: the shell has ended. Returns how to stop listening. */
  listen(listener: (line: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs a script and returns the lines that came from then on, up to and with the first that `isLast` names. Null: the shell ended,
   * or no such line came in time.
   */
  async ask(script: string, isLast: (line: string) => boolean, timeoutMs = ANSWER_TIMEOUT_MS): Promise<readonly string[] | null> {
    const answer = this.#turn.then(() => this.#askNow(script, isLast, timeoutMs));
    this.#turn = answer;
    return await answer;
  }

  /** Ends the shell and what it started. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#process.stop();
  }

  #askNow(script: string, isLast: (line: string) => boolean, timeoutMs: number): Promise<readonly string[] | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      const lines: string[] = [];
      const settle = (answer: readonly string[] | null): void => {
        clearTimeout(timer);
        forget();
        resolve(answer);
      };
      const forget = this.listen((line) => {
        if (line === null) return settle(null);
        if (lines.length < MAX_ANSWER_LINES) lines.push(line);
        if (isLast(line)) settle(lines);
      });
      const timer = setTimeout(() => settle(null), timeoutMs);
      this.#process.stdin.write(`${script}\n`);
    });
  }

  #hear(line: string | null): void {
    if (line !== null) this.#recent = [...this.#recent.slice(1 - RECENT_LINES), line];
    for (const listener of this.#listeners) listener(line);
  }
}

/** Quotes an argv array into one command of a POSIX shell. */
export const shellWords = (argv: readonly string[]): string => argv.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
