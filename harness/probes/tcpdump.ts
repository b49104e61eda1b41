import { setTimeout as sleep } from 'node:timers/promises';
import { type HostShell, shellWords } from './host-shell.ts';
import { captureComplaint, type CaptureCounts, parseCaptureCounts } from './tcpdump-words.ts';

export interface TcpdumpOptions {
  readonly device: string;
  readonly filter: string;
  /** Longest part of a packet that is kept, in bytes; 0: all of it. */
  readonly snapLength: number;
  /** Room in the kernel for packets that were not taken yet, in KiB. */
  readonly bufferKib: number;
  /** The files, to which tcpdump adds a digit. The oldest is overwritten when the last one is full. */
  readonly file: string;
  readonly files: number;
  readonly fileMegabytes: number;
  /**
   * Packets are handed on by the block: an eighth of the work where there are thousands a second, and a second or two until the last
   * ones are in. Else each is handed on and written at once.
   */
  readonly batched: boolean;
}

/** How often is looked whether all packets are taken, and how long the count must rest to be taken for final though some are missing. */
const LOOK_EVERY_MS = 25;
const REST_MS = 200;
/** The kernel keeps a block that is not full for one or two timeouts of tcpdump's, a second each. */
const BATCHED_REST_MS = 2500;
/** Traffic that never ends is not waited for. */
const DRAIN_TIMEOUT_MS = 5000;
const LOOK_TIMEOUT_MS = 1000;

let lastId = 0;

/** One tcpdump in a host. */
export class Tcpdump {
  readonly options: TcpdumpOptions;
  readonly #shell: HostShell;
  readonly #id: number;
  readonly #pid: number | null;
  #failure: string | null;
  #counts: CaptureCounts | null = null;
  #completeUntilMs: number | null = null;
  readonly #forget: () => void;

  private constructor(options: TcpdumpOptions, shell: HostShell, id: number, answer: readonly string[] | null) {
    this.options = options;
    this.#shell = shell;
    this.#id = id;
    this.#pid = Number(answer?.map((line) => new RegExp(`^pid ${id} (\\d+)$`).exec(line)?.[1]).find((pid) => pid !== undefined)) || null;
    const listens = answer?.at(-1)?.includes('listening on') ?? false;
    this.#failure = listens ? null : (captureComplaint(answer ?? shell.recent) ?? 'tcpdump did not begin to listen in time');
    this.#forget = shell.listen((line) => {
      if (line === null || line.startsWith(this.#ended)) this.#failure ??= this.#whyEnded();
    });
  }

  /** Ready when it says that it listens; one that does not start says why in `failure`. */
  static async start(shell: HostShell, options: TcpdumpOptions): Promise<Tcpdump> {
    const id = ++lastId;
    const command = `sh -c 'echo "pid ${id} $$"; exec "$@"' sh ${shellWords(argvOf(options))} </dev/null`;
    const isLast = (line: string): boolean => line.includes('listening on') || line.startsWith(`ended ${id} `);
    return new Tcpdump(options, shell, id, await shell.ask(`{ ${command}; echo "ended ${id} $?"; } &`, isLast));
  }

  /** Why it does not capture, or does not any more; null while it does. */
  get failure(): string | null {
    return this.#failure;
  }

  /** As of the last time it told; null when it never did. */
  get counts(): CaptureCounts | null {
    return this.#counts;
  }

  /** Unix ms of the last time that nothing was left in the kernel; null when there was none. */
  get completeUntilMs(): number | null {
    return this.#completeUntilMs;
  }

  /** Waits until it has taken all that passed its filter: what is still in the kernel when it ends is lost without a word. */
  async drain(): Promise<void> {
    const restMs = this.options.batched ? BATCHED_REST_MS : REST_MS;
    const deadline = performance.now() + DRAIN_TIMEOUT_MS;
    let [captured, since] = [-1, performance.now()];
    for (let now = since; now < deadline && now < since + restMs; now = performance.now()) {
      // The clock that packets are stamped by.
      const atMs = Date.now();
      const counts = await this.#look();
      if (counts === null) return;
      if (counts.captured + counts.dropped >= counts.received) {
        this.#completeUntilMs = atMs;
        return;
      }
      if (counts.captured !== captured) [captured, since] = [counts.captured, performance.now()];
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#forget();
    if (this.#failure !== null || this.#pid === null) return;
    const answer = await this.#shell.ask(`kill -INT ${this.#pid}`, (line) => line.startsWith(this.#ended));
    this.#counts = parseCaptureCounts(answer ?? []) ?? this.#counts;
    if (answer === null) this.#failure = 'tcpdump did not end in time';
  }

  /** At SIGUSR1 it tells its counts in one line. */
  async #look(): Promise<CaptureCounts | null> {
    if (this.#failure !== null) return null;
    const answer = await this.#shell.ask(`kill -USR1 ${this.#pid}`, (line) => line.includes('dropped by kernel'), LOOK_TIMEOUT_MS);
    const counts = parseCaptureCounts(answer ?? []);
    this.#counts = counts ?? this.#counts;
    return counts;
  }

  get #ended(): string {
    return `ended ${this.#id} `;
  }

  #whyEnded(): string {
    return captureComplaint(this.#shell.recent) ?? 'tcpdump ended before the scenario did';
  }
}

/** `-p`: the device is not made promiscuous. `-Z root`: it stays who it is, or it may not write where we may. */
function argvOf({ device, filter, snapLength, bufferKib, file, files, fileMegabytes, batched }: TcpdumpOptions): readonly string[] {
  return [
    ...['tcpdump', '-i', device, '-n', '-p', ...(batched ? [] : ['--immediate-mode', '-U'])],
    ...['--time-stamp-precision=nano', '-Z', 'root'],
    ...['-B', String(bufferKib), '-s', String(snapLength)],
    ...['-C', String(fileMegabytes), '-W', String(files), '-w', file, filter],
  ];
}
