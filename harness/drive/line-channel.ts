import type { Readable, Writable } from 'node:stream';
import { HarnessError } from '../errors.ts';
import { LineSplitter, type SplitLine } from '../wire/line-splitter.ts';

/** A program inside a host that speaks JSON lines. */
export interface LineProgram {
  /** What it is, for messages: `the driver`. */
  readonly title: string;
  readonly host: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the program has ended; with a number, that is its exit code. */
  readonly exited: Promise<unknown>;
}

export type OkReply = Readonly<Record<string, unknown>> & { readonly id: number; readonly ok: true };

interface Waiter {
  readonly onProgress: (progress: unknown) => void;
  readonly resolve: (reply: OkReply) => void;
  readonly reject: (reason: unknown) => void;
}

const MAX_LINE_BYTES = 256 * 1024 * 1024;
const EXCERPT = 200;

/**
 * Numbers requests, joins replies to them by `id`, and fails everything with DRIVE_ERR_PROTOCOL, naming the host, when the
 * program ends or answers out of turn.
 */
export class LineChannel {
  /** The program's ready line. Rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly #program: LineProgram;
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  readonly #waiters = new Map<number, Waiter>();
  readonly #abandoned = new Set<number>();
  readonly #becomeReady: () => void;
  readonly #failReady: (reason: unknown) => void;
  #nextId = 1;
  #failure: HarnessError | null = null;
  #isClosed = false;

  constructor(program: LineProgram) {
    this.#program = program;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever never asks for `ready` gets the failure from the first request.
    promise.catch(() => undefined);
    this.ready = promise;
    this.#becomeReady = resolve;
    this.#failReady = reject;
    program.stdout.on('data', (chunk: Buffer) => {
      for (const line of this.#splitter.push(chunk)) this.#onLine(line);
    });
    program.stdin.on('error', (error: Error) => this.#fail(`stopped reading (${error.message})`));
    program.exited.then(
      (code) => this.#onExit(typeof code === 'number' ? ` with exit code ${code}` : ''),
      (error: unknown) => this.#onExit(`: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /**
   * Sends a request and gives its reply. An abort rejects with the signal's reason; the late reply is dropped. `onProgress` gets what the program tells of the
   * request before its reply, in order.
   */
  ask(request: object, signal?: AbortSignal, onProgress: (progress: unknown) => void = () => undefined): Promise<OkReply> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#failure !== null || this.#isClosed) return Promise.reject(this.#failure ?? this.#error('was asked after it was closed'));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(id);
        this.#abandoned.add(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', abort);
      this.#waiters.set(id, {
        onProgress,
        resolve: (reply) => {
          settled();
          resolve(reply);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      });
      this.#program.stdin.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  /** Ends the program's stdin, which ends the program. */
  close(): void {
    this.#isClosed = true;
    this.#program.stdin.end();
  }

  #onLine(line: SplitLine): void {
    const value = line.kind === 'line' ? parsed(line.text) : null;
    if (value === null) {
      this.#fail(
        line.kind === 'line'
          ? `answered a line that is no JSON object: ${JSON.stringify(line.text.slice(0, EXCERPT))}`
          : 'answered a line without end',
      );
    } else if (value['ready'] === true) {
      this.#becomeReady();
    } else {
      this.#onReply(value);
    }
  }

  #onReply(value: Readonly<Record<string, unknown>>): void {
    const id = typeof value['id'] === 'number' ? value['id'] : 0;
    const isProgress = Object.hasOwn(value, 'progress');
    if (isProgress ? this.#abandoned.has(id) : this.#abandoned.delete(id)) return;
    const waiter = this.#waiters.get(id);
    if (waiter === undefined) {
      this.#fail(`answered request ${id}, which is not open: ${JSON.stringify(value).slice(0, EXCERPT)}`);
      return;
    }
    if (isProgress) {
      waiter.onProgress(value['progress']);
      return;
    }
    this.#waiters.delete(id);
    if (value['ok'] === true) waiter.resolve(value as OkReply);
    else waiter.reject(this.#error(`could not do what it was asked: ${messageOf(value)}`));
  }

  #onExit(how: string): void {
    this.#fail(`ended${how}`);
  }

  #fail(what: string): void {
    if (this.#failure !== null) return;
    this.#failure = this.#error(what);
    this.#failReady(this.#failure);
    for (const waiter of this.#waiters.values()) waiter.reject(this.#failure);
    this.#waiters.clear();
  }

  #error(what: string): HarnessError {
    const { title, host } = this.#program;
    return new HarnessError('DRIVE_ERR_PROTOCOL', `${title} in host ${host} ${what}`);
  }
}

const messageOf = ({ message }: Readonly<Record<string, unknown>>): string =>
  typeof message === 'string' ? message.slice(0, EXCERPT) : 'no reason given';

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
