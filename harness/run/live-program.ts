import type { HostProcess } from '../lab/lab.ts';

/** What speaks to a program of ours: the driver's or the origin's client. */
interface ProgramClient {
  ready(): Promise<void>;
}

/** A program of ours in its host, which can be ended and started again. Whoever speaks to it asks for `client` each time. */
export class LiveProgram<Client extends ProgramClient> {
  readonly #start: () => Promise<HostProcess>;
  readonly #clientOf: (process: HostProcess) => Client;
  #process: HostProcess;
  #client: Client;
  #hasEnded = false;

  private constructor(start: () => Promise<HostProcess>, clientOf: (process: HostProcess) => Client, process: HostProcess) {
    this.#start = start;
    this.#clientOf = clientOf;
    this.#process = process;
    this.#client = clientOf(process);
    this.#watch(process);
  }

  /** Starts it and waits until it is ready. Throws DRIVE_ERR_PROTOCOL. */
  static async start<Client extends ProgramClient>(
    start: () => Promise<HostProcess>,
    clientOf: (process: HostProcess) => Client,
  ): Promise<LiveProgram<Client>> {
    const program = new LiveProgram(start, clientOf, await start());
    await program.client.ready();
    return program;
  }

  get client(): Client {
    return this.#client;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  signal(signal: NodeJS.Signals): Promise<void> {
    return this.#process.signal(signal);
  }

  /** Settles when the program that runs now has ended. */
  get exited(): HostProcess['exited'] {
    return this.#process.exited;
  }

  /** Starts it again and waits until it is ready. The one before must have ended: they want the same ports. */
  async startAgain(): Promise<void> {
    const process = await this.#start();
    this.#process = process;
    this.#hasEnded = false;
    this.#watch(process);
    this.#client = this.#clientOf(process);
    await this.#client.ready();
  }

  #watch(process: HostProcess): void {
    void process.exited.then(() => {
      if (this.#process === process) this.#hasEnded = true;
    });
  }
}
