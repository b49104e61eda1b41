import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { ProxyProcess, StartedProxy } from '../lab/lab.ts';
import type { HostActionKind } from '../model/action-evidence.ts';
import type { LifecycleStep } from '../model/service.ts';
import type { Done } from './actions.ts';
import type { LiveProxy } from './live-proxy.ts';

/** How long a step waits for the processes that it is about, and how often it looks. */
const STEP_MS = 3000;
const LOOK_MS = 20;
/** A graceful end may take as long as a tunnel is open: what matters is seen sooner. */
const STOP_MS = 1000;
/** How long one that has closed its port may take to end when no tunnel keeps it. */
const LAST_WORK_MS = 150;

/** Does things to one proxy. Processes are told apart by what was there before the action. */
export class ProxyActions {
  readonly #proxy: LiveProxy;
  #before: readonly ProxyProcess[] = [];
  #isFrozen = false;
  /** Its end would not be seen any more. */
  #isDetached = false;
  #isTouched = false;

  constructor(proxy: LiveProxy) {
    this.#proxy = proxy;
  }

  get possible(): readonly HostActionKind[] {
    const { lifecycle } = this.#proxy.service;
    return [
      ...(lifecycle?.reload == null ? [] : (['reload'] as const)),
      ...(lifecycle?.upgrade == null || !this.#started.outlivesFirst ? [] : (['upgrade'] as const)),
      'stop',
      'kill',
      'restart',
      'start',
      'freeze',
      'thaw',
    ];
  }

  async act(kind: HostActionKind): Promise<Done> {
    this.#isTouched = true;
    this.#proxy.actedOn();
    if (kind !== 'start') this.#before = await this.#started.processes();
    const { lifecycle, stopSignal } = this.#proxy.service;
    switch (kind) {
      case 'reload':
        return await this.#steps(lifecycle?.reload ?? []);
      case 'upgrade':
        this.#proxy.life.letEnd();
        return await this.#steps(lifecycle?.upgrade ?? []);
      case 'stop':
        return await this.#stop(lifecycle?.gracefulStop ?? [{ signal: stopSignal as 'SIGTERM' }]);
      case 'kill':
        await this.#killAll();
        return { how: 'SIGKILL to every process', isDone: true };
      case 'start':
        return await this.#start();
      case 'restart':
        await this.#killAll();
        await this.#proxy.startAgain();
        return { how: 'SIGKILL to every process, then started', isDone: true };
      case 'freeze':
      case 'thaw':
        return await this.#freeze(kind);
    }
  }

  /** Those of before the latest action that still run; the main process is the same before and after a reload. */
  async oldProcesses(): Promise<number> {
    const now = await this.#started.processes();
    const main = mainOf(now);
    const starter = mainOf(this.#before)?.parentPid;
    return now.filter((one) => one !== main && one.pid !== starter && this.#before.some(isSame(one))).length;
  }

  /** Whole again: thawed, listening, and no process of before the actions. */
  async restore(): Promise<void> {
    if (!this.#isTouched) return;
    this.#isTouched = false;
    if (this.#isFrozen) await this.#freeze('thaw');
    const running = await this.#started.processes();
    const main = mainOf(running);
    const keep = new Set([...familyOf(running, main), ...running.filter(({ pid }) => pid === main?.parentPid)]);
    await this.#started.signal('SIGKILL', running.filter((one) => !keep.has(one) || this.#isOldWorker(one, running)).map(pidOf));
    if (this.#isDetached || keep.size === 0 || !(await this.#started.isListening())) {
      await this.#killAll();
      await this.#proxy.startAgain();
    }
    this.#isDetached = false;
    this.#before = [];
  }

  /** For after a scenario: starts it again if it ended by itself. Where that cannot be done it stays missing, and its life says why. */
  async revive(): Promise<void> {
    const { life } = this.#proxy;
    this.#proxy.leftAlone();
    if (!life.hasEndedByItself) return;
    try {
      await this.#killAll();
      await this.#proxy.startAgain();
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      life.stayEnded(error.message);
    }
  }

  get #started(): StartedProxy {
    return this.#proxy.started;
  }

  #isOldWorker(one: ProxyProcess, running: readonly ProxyProcess[]): boolean {
    const isOld = this.#before.some(isSame(one)) && one !== mainOf(running);
    return isOld && running.some((other) => other.parentPid === one.parentPid && !this.#before.some(isSame(other)));
  }

  async #steps(steps: readonly LifecycleStep[]): Promise<Done> {
    const how: string[] = [];
    const main = mainOf(this.#before);
    for (const step of steps) {
      if ('signal' in step) {
        if (main !== undefined) await this.#started.signal(step.signal, [main.pid]);
        how.push(`${step.signal} to the main process`);
      } else if ('orphan' in step) {
        this.#isDetached = true;
        const starter = this.#before.find(({ pid }) => pid === main?.parentPid);
        await this.#started.signal('SIGKILL', starter === undefined ? [] : [starter.pid]);
        await this.#until((now) => !now.some(isSame(starter)), STEP_MS);
      } else if ('run' in step) {
        const argv = step.run(this.#started.placement);
        const { code, stderr, stdout } = await this.#started.run(argv);
        how.push(argv.join(' '));
        if (code !== 0)
          throw new HarnessError(
            'LAB_ERR_COMMAND_FAILED',
            `${how.at(-1)} ended with exit code ${code}: ${`${stderr}${stdout}`.slice(0, 500)}`,
          );
      } else {
        const wanted = step.until === 'new-process' ? hasNew(this.#before) : hasNewMain(this.#before);
        // What follows would end the old one, and there is no new one.
        if (!(await this.#until(wanted, STEP_MS))) return { how: how.join(', then '), isDone: false };
      }
    }
    return { how: how.join(', then '), isDone: true };
  }

  async #stop(steps: readonly LifecycleStep[]): Promise<Done> {
    this.#proxy.life.letEnd();
    const { how } = await this.#steps(steps);
    const isGone = (now: readonly ProxyProcess[]): boolean => now.length === 0;
    await this.#until(isGone, STOP_MS, async () => !(await this.#started.isListening()));
    const isDone = await this.#until(isGone, LAST_WORK_MS);
    return { how, isDone };
  }

  /** Beside one that still serves its last tunnels, or instead of one that went on listening all the same. */
  async #start(): Promise<Done> {
    const goesOn = await this.#started.isListening();
    if (goesOn) await this.#killAll();
    await this.#proxy.startAgain();
    return { how: goesOn ? 'SIGKILL to every process, then started' : 'started', isDone: true };
  }

  async #freeze(kind: 'freeze' | 'thaw'): Promise<Done> {
    this.#isFrozen = kind === 'freeze';
    const signal = this.#isFrozen ? 'SIGSTOP' : 'SIGCONT';
    await this.#started.signal(signal, (await this.#started.processes()).map(pidOf));
    return { how: `${signal} to every process`, isDone: true };
  }

  /** Main processes first, which would start workers anew. */
  async #killAll(): Promise<void> {
    this.#proxy.life.letEnd();
    const deadline = performance.now() + STEP_MS;
    for (;;) {
      const running = await this.#started.processes();
      if (running.length === 0) return;
      if (performance.now() > deadline)
        throw new HarnessError('LAB_ERR_NOT_READY', `host ${this.#proxy.name} still has processes after SIGKILL`);
      await this.#started.signal('SIGKILL', running.map(pidOf));
      await sleep(LOOK_MS);
    }
  }

  async #until(
    wanted: (now: readonly ProxyProcess[]) => boolean,
    ms: number,
    or = (): Promise<boolean> => Promise.resolve(false),
  ): Promise<boolean> {
    for (const deadline = performance.now() + ms; performance.now() < deadline; await sleep(LOOK_MS)) {
      if (wanted(await this.#started.processes())) return true;
      if (await or()) return false;
    }
    return false;
  }
}

const pidOf = ({ pid }: ProxyProcess): number => pid;
const isSame =
  (one: ProxyProcess | undefined) =>
  (other: ProxyProcess): boolean =>
    one !== undefined && other.pid === one.pid && other.startedTicks === one.startedTicks;

/** The newest that has children, as a master has workers; of a program that is one process, the newest. */
const mainOf = (running: readonly ProxyProcess[]): ProxyProcess | undefined =>
  running.findLast(({ pid }) => running.some(({ parentPid }) => parentPid === pid)) ?? running.at(-1);

/** A process with everything below it. */
function familyOf(running: readonly ProxyProcess[], head: ProxyProcess | undefined): readonly ProxyProcess[] {
  if (head === undefined) return [];
  return [head, ...running.filter(({ parentPid }) => parentPid === head.pid).flatMap((child) => familyOf(running, child))];
}

const hasNew =
  (before: readonly ProxyProcess[]) =>
  (now: readonly ProxyProcess[]): boolean =>
    now.some((one) => !before.some(isSame(one)));

const hasNewMain =
  (before: readonly ProxyProcess[]) =>
  (now: readonly ProxyProcess[]): boolean =>
    now.some((one) => !before.some(isSame(one)) && now.some(({ parentPid }) => parentPid === one.pid));
