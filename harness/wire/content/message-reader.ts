import { BodySkipper, type BodySample } from './body-skipper.ts';
import { HeadCollector } from './head-collector.ts';
import type { BodyPlan } from './message-body.ts';
import { beginsHead } from './sniff.ts';

type State = 'head' | 'body' | 'lost' | 'stopped';

/**
 * Cuts one direction of HTTP/1 into heads; bodies are passed over. After bytes that are missing it looks for a head at the beginning of every chunk:
 * senders begin a message with a segment of its own.
 */
export class MessageReader {
  /** The head that `read` found; valid until the next call. */
  head: Buffer | null = null;
  /** Why heads are not found any more since the last call that set it; null when nothing happened. */
  problem: string | null = null;
  readonly #kind: 'request' | 'response';
  readonly #collector = new HeadCollector();
  readonly #body = new BodySkipper();
  #state: State = 'head';

  constructor(kind: 'request' | 'response') {
    this.#kind = kind;
  }

  /** Looking for a head after bytes that are missing. */
  get isLost(): boolean {
    return this.#state === 'lost';
  }

  /** Returns where it stopped: behind a head, which is then in `head`, or `end`. */
  read(chunk: Buffer, start: number, end: number): number {
    this.head = null;
    let at = start;
    if (this.#state === 'lost') {
      if (!beginsHead(this.#kind, chunk, at, end)) return end;
      this.#state = 'head';
    }
    if (this.#state === 'body') {
      at = this.#body.skip(chunk, at, end);
      if (this.#body.isDone) this.#state = 'head';
      else if (this.#body.isBroken) this.#lose('the chunks of a body cannot be told apart');
    }
    if (this.#state !== 'head' || at === end) return end;
    at = this.#collector.collect(chunk, at, end);
    this.head = this.#collector.head;
    if (this.#collector.isTooLong) this.stop();
    if (this.#collector.isTooLong) this.problem = 'a head that is longer than 64 KiB';
    return at;
  }

  /** Says what follows on the head that was read. */
  expectBody(plan: BodyPlan, sample: BodySample | null = null): void {
    this.#body.begin(plan, sample);
    if (this.#body.isBroken) this.#lose(plan.kind === 'unreadable' ? plan.because : 'a body without an end');
    else this.#state = this.#body.isDone ? 'head' : 'body';
  }

  /** What was captured of a head that is cut here is then in `head`, as if it ended there. */
  missing(count: number): void {
    this.head = null;
    if (this.#state === 'stopped' || this.#state === 'lost') return;
    if (this.#state === 'head') this.head = this.#collector.cutHead();
    const isInBody = this.#state === 'body';
    const left = isInBody ? this.#body.skipMissing(count) : count;
    if (isInBody && this.#body.isDone) this.#state = 'head';
    if (left > 0 || this.#body.isBroken) this.#lose(`${String(count)} bytes are not in the capture`);
  }

  /** The direction ends. */
  end(): void {
    if (this.#state === 'head' && this.#collector.isMidHead) this.problem = 'it ends in the middle of a head';
    this.stop();
  }

  stop(): void {
    this.#collector.reset();
    this.#state = 'stopped';
  }

  #lose(because: string): void {
    this.#collector.reset();
    this.#state = 'lost';
    this.problem = because;
  }
}
