import type { StartedProxy } from '../lab/lab.ts';
import type { ProxyService } from '../model/service.ts';
import { LogTail } from './log-tail.ts';
import { ProxyLife } from './proxy-life.ts';

/** A proxy that runs, with the part of its log that has not been looked at yet. It stays the same when its program is started again. */
export class LiveProxy {
  readonly name: string;
  readonly service: ProxyService;
  readonly tail: LogTail;
  readonly #title: string;
  readonly #log: string;
  #started: StartedProxy;
  #life: ProxyLife;

  constructor(name: string, service: ProxyService, log: string, started: StartedProxy) {
    this.name = name;
    this.service = service;
    this.tail = new LogTail(log);
    this.#title = `${service.title} on host ${name}`;
    this.#log = log;
    this.#started = started;
    this.#life = new ProxyLife(this.#title, log, started.exited);
  }

  /** The newest instance of its program. */
  get started(): StartedProxy {
    return this.#started;
  }

  get life(): ProxyLife {
    return this.#life;
  }

  /** Starts the program anew, whatever the instance before it still does. */
  async startAgain(): Promise<void> {
    this.#life.letEnd();
    this.#started = await this.#started.again();
    this.#life = new ProxyLife(this.#title, this.#log, this.#started.exited);
  }
}
