import type { DriverClient } from '../drive/driver-client.ts';
import { HarnessError } from '../errors.ts';
import type { ProgramUsage } from '../model/program-usage.ts';
import type { LiveProgram } from './live-program.ts';

type Driver = LiveProgram<DriverClient>;

/** The drivers of one client host: the one that always runs, and further ones, which are started for the first load that wants them and stay until the lab goes. */
export class DriverFleet {
  readonly #drivers: Driver[];
  readonly #startFurther: () => Promise<Driver>;
  #turn: Promise<unknown> = Promise.resolve();

  /** `startFurther`: starts one more and waits until it is ready. */
  constructor(first: Driver, startFurther: () => Promise<Driver>) {
    this.#drivers = [first];
    this.#startFurther = startFurther;
  }

  /** So many drivers, all of them ready: those that ended are started again. Throws DRIVE_ERR_PROTOCOL. */
  async ready(count: number): Promise<readonly Driver[]> {
    const ready = this.#turn.then(() => this.#make(count));
    this.#turn = ready.catch(() => undefined);
    return await ready;
  }

  /** Starts those again that ended, so that what comes next is measured. Where that fails, who asks for a driver is told. */
  async revive(): Promise<void> {
    try {
      await this.ready(this.#drivers.length);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
    }
  }

  /** What each driver that answers in time has used. */
  async usage(timeoutMs: number): Promise<readonly (ProgramUsage & { readonly driver: number })[]> {
    const usages = await Promise.allSettled(
      this.#drivers.map(async ({ client }, driver) => ({
        driver,
        ...(await client.request<'usage'>({ kind: 'usage' }, AbortSignal.timeout(timeoutMs))),
      })),
    );
    return usages.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async #make(count: number): Promise<readonly Driver[]> {
    const wanted = this.#drivers.slice(0, count);
    await Promise.all(wanted.filter(({ hasEnded }) => hasEnded).map((driver) => driver.startAgain()));
    const missing = Array.from({ length: Math.max(0, count - wanted.length) }, () => this.#startFurther());
    const started = await Promise.allSettled(missing);
    for (const one of started) if (one.status === 'fulfilled') this.#drivers.push(one.value);
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return this.#drivers.slice(0, count);
  }
}
