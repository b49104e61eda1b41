import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import { nowMs } from '../measure/clock.ts';
import type { ActionEvidence, HostAction, HostActionKind } from '../model/action-evidence.ts';
import type { LiveProgram } from './live-program.ts';
import type { LiveTopology } from './live-topology.ts';
import { ProxyActions } from './proxy-actions.ts';

/** How long an origin that was asked to end in order is waited for. */
const ORIGIN_STOP_MS = 1500;

const ON_ORIGIN: readonly HostActionKind[] = ['stop', 'kill', 'restart', 'start', 'freeze', 'thaw'];
const ON_CLIENT: readonly HostActionKind[] = ['kill', 'restart', 'start', 'freeze', 'thaw'];

/** Does things to the hosts of one topology, one after the other on each host, and makes everything whole again afterwards. */
export class HostActions {
  readonly #live: LiveTopology;
  readonly #proxies = new Map<string, ProxyActions>();
  /** Programs of ours that were killed, stopped or frozen and are not whole yet. */
  readonly #touched = new Set<'client' | 'origin'>();
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(live: LiveTopology) {
    this.#live = live;
    for (const [name, proxy] of live.proxies) this.#proxies.set(name, new ProxyActions(proxy));
  }

  possible(host: string): readonly HostActionKind[] {
    if (host === 'origin') return ON_ORIGIN;
    if (host === 'client') return ON_CLIENT;
    return this.#proxies.get(host)?.possible ?? [];
  }

  async oldProcesses(host: string): Promise<number> {
    return (await this.#proxies.get(host)?.oldProcesses()) ?? 0;
  }

  /** Throws DRIVE_ERR_PROTOCOL for what cannot be done to this host, and as the start of a proxy does. */
  act(action: HostAction, scenario: string): Promise<ActionEvidence> {
    const before = this.#queues.get(action.host) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(() => this.#do(action, scenario));
    this.#queues.set(
      action.host,
      done.catch(() => undefined),
    );
    return done;
  }

  /** Starts what was ended, thaws what was frozen, ends what an action left over. For after a scenario; never leaves one host out. */
  async restore(): Promise<void> {
    await Promise.all(this.#queues.values());
    const results = await Promise.allSettled([
      ...[...this.#proxies.values()].map((proxy) => proxy.restore()),
      ...[...this.#touched].map((name) => this.#restoreProgram(name)),
    ]);
    this.#touched.clear();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Starts proxies again that ended by themselves, so that what comes next is measured. For after a scenario. */
  async revive(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.revive()));
  }

  async #do({ host, do: kind }: HostAction, scenario: string): Promise<ActionEvidence> {
    if (!this.possible(host).includes(kind)) throw new HarnessError('DRIVE_ERR_PROTOCOL', `host ${host} has no action '${kind}'`);
    const startedAtMs = nowMs();
    const proxy = this.#proxies.get(host);
    const { how, isDone } = proxy === undefined ? await this.#doToProgram(host as 'client' | 'origin', kind) : await proxy.act(kind);
    const onHost = this.#live.topology.hosts.find(({ name }) => name === host);
    return { host, do: kind, paths: onHost?.paths ?? [], scenario, startedAtMs, endedAtMs: isDone ? nowMs() : null, how };
  }

  async #doToProgram(name: 'client' | 'origin', kind: HostActionKind): Promise<Done> {
    this.#touched.add(name);
    const program = this.#program(name);
    switch (kind) {
      case 'freeze':
        await program.signal('SIGSTOP');
        return { how: 'SIGSTOP', isDone: true };
      case 'thaw':
        await program.signal('SIGCONT');
        return { how: 'SIGCONT', isDone: true };
      case 'kill':
        await kill(program);
        return { how: 'SIGKILL', isDone: true };
      case 'stop': {
        await program.signal('SIGTERM');
        await Promise.race([program.exited, sleep(ORIGIN_STOP_MS, null, { ref: false })]);
        return { how: 'SIGTERM', isDone: program.hasEnded };
      }
      case 'restart':
      case 'start':
      // The two that no program of ours has are refused before.
      case 'reload':
      case 'upgrade': {
        const how = program.hasEnded ? 'started' : 'SIGKILL, then started';
        await kill(program);
        await program.startAgain();
        return { how, isDone: true };
      }
    }
  }

  #program(name: 'client' | 'origin'): LiveProgram<{ ready(): Promise<void> }> {
    return this.#live.programs[name];
  }

  async #restoreProgram(name: 'client' | 'origin'): Promise<void> {
    const program = this.#program(name);
    await program.signal('SIGCONT');
    if (program.hasEnded) await program.startAgain();
  }
}

/** What was done, in words, and whether its end was seen in time. */
export interface Done {
  readonly how: string;
  readonly isDone: boolean;
}

async function kill(program: LiveProgram<{ ready(): Promise<void> }>): Promise<void> {
  if (program.hasEnded) return;
  await program.signal('SIGKILL');
  await program.exited;
}
