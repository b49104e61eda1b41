import { statSync } from 'node:fs';
import type { StartedProxy } from '../lab/lab.ts';
import type { ProxyService } from '../model/service.ts';
import { LogTail } from './log-tail.ts';
import { type OwnEnd, ProxyLife } from './proxy-life.ts';

/** Asks a process to end: no crash, whoever sent it. */
const ASKING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGHUP']);

/** A proxy that runs, with the part of its log that has not been looked at yet. It stays the same when its program is started again. */
export class LiveProxy {
  readonly name: string;
  readonly service: ProxyService;
  readonly tail: LogTail;
  readonly #title: string;
  readonly #log: string;
  #started: StartedProxy;
  #life: ProxyLife;
  /** Those before the newest that ended by themselves and have not been told of. */
  #earlier: readonly ProxyLife[] = [];
  #wasActedOn = false;
  #isBeingActedOn = false;

  constructor(name: string, service: ProxyService, log: string, started: StartedProxy) {
    this.name = name;
    this.service = service;
    this.tail = new LogTail(log);
    this.#title = `${service.title} on host ${name}`;
    this.#log = log;
    this.#started = started;
    this.#life = this.#lifeOf(started, 0);
  }

  /** The newest instance of its program. */
  get started(): StartedProxy {
    return this.#started;
  }

  get life(): ProxyLife {
    return this.#life;
  }

  /** Whether the end of a worker may be the run's own doing: one that was told to go ends now or later, and in whatever way. */
  mayHaveEnded(signal: string | null): boolean {
    if (this.#isBeingActedOn || (signal !== null && ASKING.has(signal))) return true;
    // The line that says so may come late.
    return this.#wasActedOn && signal === 'SIGKILL';
  }

  /** The run does something to it in this scenario. */
  actedOn(): void {
    this.#wasActedOn = true;
    this.#isBeingActedOn = true;
  }

  /** The scenario is over, and with it what was done. */
  leftAlone(): void {
    this.#isBeingActedOn = false;
  }

  /** Ends that nobody had asked for and that were not told of yet. */
  async takeEnds(scenario: string): Promise<readonly OwnEnd[]> {
    const lives = [...this.#earlier, this.#life];
    this.#earlier = [];
    const ends = await Promise.all(lives.map((life) => life.takeEnd(scenario)));
    return ends.filter((end) => end !== null);
  }

  /** Starts the program anew, whatever the instance before it still does. Throws as its first start does. */
  async startAgain(): Promise<void> {
    this.#life.letEnd();
    const fromByte = statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0;
    this.#started = await this.#started.again();
    if (this.#life.hasEndedByItself) this.#earlier = [...this.#earlier, this.#life];
    this.#life = this.#lifeOf(this.#started, fromByte);
  }

  #lifeOf(started: StartedProxy, fromByte: number): ProxyLife {
    const isOfRequest = (line: string): boolean => this.service.parseLog(line)?.kind === 'access';
    return new ProxyLife(this.#title, { file: this.#log, fromByte, isOfRequest }, started.exited);
  }
}
