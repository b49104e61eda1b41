import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What the relay did to packets one by one, since it started: segments that it let others overtake, acknowledgements that it repeated. */
interface RelayCounts {
  readonly late: number;
  readonly copied: number;
}

/** The relay program of a link (containers/link-relay), wherever it runs. Its first line says that it is ready. */
export class RunningRelay {
  readonly #stdin: Writable;
  readonly #gone: Promise<null>;
  readonly #answers: ((line: string | null) => void)[] = [];
  /** False: it ended instead. */
  readonly isReady: Promise<boolean>;

  constructor(stdin: Writable, stdout: Readable, exited: Promise<unknown>) {
    this.#stdin = stdin;
    this.#gone = exited.then(() => null);
    stdin.on('error', () => {
      /* It has ended; whoever asks gets no answer. */
    });
    const first = this.#nextLine();
    createInterface({ input: stdout }).on('line', (line) => this.#answers.shift()?.(line));
    this.isReady = first.then((line) => line !== null);
  }

  /** Null when it does not run any more. */
  async counts(): Promise<RelayCounts | null> {
    const answer = this.#nextLine();
    this.#stdin.write('counts\n');
    const line = await answer;
    return line === null ? null : (JSON.parse(line) as RelayCounts);
  }

  #nextLine(): Promise<string | null> {
    const line = new Promise<string | null>((resolve) => this.#answers.push(resolve));
    return Promise.race([line, this.#gone]);
  }
}
