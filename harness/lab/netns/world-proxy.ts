import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyHost } from '../../model/path.ts';
import type { CommandResult, ProxyService } from '../../model/service.ts';
import type { World } from '../../model/world.ts';
import { mustRun, type Command } from '../command.ts';
import type { HostProcess, StartedProxy } from '../lab.ts';
import { listeningPorts } from '../listening.ts';
import type { ProgramRoot } from '../program-root.ts';
import { signalTo } from '../signal-to.ts';
import { CHECK_TIMEOUT_MS, startProxyOn, type ProxyGround } from '../start-proxy.ts';
import { endOf, signalInside } from './inside-process.ts';
import { enter, type Holder, type InsideProcess } from './namespace.ts';
import { listenersOf, WORLD_PORTS, worldAddresses, worldRules, type Listener, type WorldNetwork } from './world-network.ts';
import { hasShortSockets, shareSyslog, worldProgramReady, worldProgramSettings } from './world-program.ts';
import { WorldRoom } from './world-room.ts';
import { layOut } from './world-root.ts';

const RUN_TIMEOUT_MS = 60_000;
const REST_TIMEOUT_MS = 1000;

export interface WorldParts {
  readonly host: Holder;
  readonly hostName: string;
  readonly singleUser: boolean;
  /** Folder for the room's files. */
  readonly dir: string;
  readonly network: WorldNetwork;
  /** Address that the entry of this path is about; null: any. */
  readonly entryAddress: string | null;
  /** The program to run, and where it is from. */
  readonly program: string;
  readonly programRoot: ProgramRoot | null;
  startWorldProgram(args: readonly string[], logFile: string): Promise<HostProcess>;
  readProcNet(...files: readonly string[]): Promise<string>;
}

/** Where a node is for a config that is a Node program: this machine's may stand anywhere. */
const NODE = '/opt/node/bin/node';

/** A world that was made true in a host, with what answers for it. */
export class WorldProxy {
  readonly #parts: WorldParts;
  readonly #world: World;
  readonly #room: WorldRoom;
  readonly #answers: HostProcess;
  #rules: string;
  #latest: InsideProcess | null = null;

  private constructor(
    parts: WorldParts,
    world: World,
    { room, answers, rules }: { readonly room: WorldRoom; readonly answers: HostProcess; readonly rules: string },
  ) {
    this.#parts = parts;
    this.#world = world;
    this.#room = room;
    this.#answers = answers;
    this.#rules = rules;
  }

  /** Makes the file system and the network of a world; nothing of the user's runs yet. */
  static async make(parts: WorldParts, service: ProxyService, world: World, logFile: string): Promise<WorldProxy> {
    const usr = parts.programRoot === null ? '/usr' : join(parts.programRoot.folder, 'usr');
    const { host, hostName, singleUser, dir, network } = parts;
    const room = { host, hostName, singleUser, dir, usr, service: service.name, bound: boundProgram(parts.program) };
    const laidOut = layOut(dir, world, room);
    const rules = worldRules(network, world.ownPorts, [], null);
    const answering = async (root: string): Promise<HostProcess> => {
      const settings = worldProgramSettings({ folder: dir, root }, world, network, logFile);
      const program = await parts.startWorldProgram(['--settings', JSON.stringify(settings)], logFile);
      await worldProgramReady(program, hostName).catch(async (error: unknown) => {
        await program.stop();
        throw error;
      });
      shareSyslog(dir, world);
      return program;
    };
    const making = WorldRoom.start(room, world, laidOut);
    const root = hasShortSockets(dir, world) ? Promise.resolve(dir) : making.then((made) => made.root);
    const starting = root.then(answering);
    try {
      const [made, answers] = await Promise.all([making, starting, script(parts, worldAddresses(network, world) + rules)]);
      return new WorldProxy(parts, world, { room: made, answers, rules });
    } catch (error) {
      await Promise.allSettled([making.then((made) => made.end()), starting.then((answers) => answers.stop())]);
      throw error;
    }
  }

  async start(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
    const { program, programRoot, singleUser } = this.#parts;
    const inside = boundProgram(program)[0]?.path ?? program;
    const ground: ProxyGround = {
      run: async (argv) => (await this.#room.run(argv, RUN_TIMEOUT_MS)) ?? TIMED_OUT,
      check: (argv) => this.#room.run(argv, CHECK_TIMEOUT_MS),
      spawn: async (argv, log, stopSignal) => this.#spawned(await this.#room.spawn(argv, log), stopSignal),
      listening: async () => {
        const ports = listeningPorts(await this.#parts.readProcNet('tcp', 'tcp6'));
        return new Set([...ports].filter((port) => !Object.values<number>(WORLD_PORTS).includes(port)));
      },
      afterListening: () => this.#follow(),
      placement: {
        program: inside,
        configPath: this.#world.main,
        tlsBundlePath: '/etc/hopscope/tls/bundle.pem',
        tlsCertPath: '/etc/hopscope/tls/cert.pem',
        tlsKeyPath: '/etc/hopscope/tls/key.pem',
        singleUser,
        isForeign: true,
      },
      versionSource: proxy.binary ?? (programRoot === null ? `'${service.program}' on PATH` : `that of Debian ${programRoot.suite}`),
    };
    return await startProxyOn(ground, service, proxy, logFile);
  }

  /** Where the proxy listens by now is its own, whether its config was read well or not. */
  async #follow(): Promise<void> {
    const listeners: readonly Listener[] = listenersOf(await this.#parts.readProcNet('tcp', 'tcp6'));
    const rules = worldRules(this.#parts.network, this.#world.ownPorts, listeners, this.#parts.entryAddress);
    if (rules === this.#rules) return;
    await script(this.#parts, rules);
    this.#rules = rules;
  }

  async #stopRest(stopSignal: ProxyService['stopSignal']): Promise<void> {
    for (const { pid } of this.#room.processes()) signalTo(pid, stopSignal);
    for (const deadline = performance.now() + REST_TIMEOUT_MS; this.#room.processes().length > 0; await sleep(20)) {
      if (performance.now() > deadline) for (const { pid } of this.#room.processes()) signalTo(pid, 'SIGKILL');
    }
  }

  #spawned(inside: InsideProcess, stopSignal: ProxyService['stopSignal']): Awaited<ReturnType<ProxyGround['spawn']>> {
    this.#latest = inside;
    return {
      exited: inside.exited,
      outlivesFirst: true,
      processes: () => Promise.resolve(this.#room.processes()),
      signal: (signal, pids) => {
        for (const pid of pids) if (pid !== inside.pid) signalTo(pid, signal);
        if (pids.includes(inside.pid)) signalInside(inside, signal);
        return Promise.resolve();
      },
      stop: async () => {
        await endOf(inside, stopSignal);
        // A program that made a daemon of itself goes on without the process that was started; one that was started since is not meant.
        if (this.#latest === inside) await this.#stopRest(stopSignal);
      },
    };
  }

  /** Ends everything of it; the network stays as it is. */
  async end(): Promise<void> {
    await Promise.all([this.#room.end(), this.#answers.stop()]);
  }
}

const TIMED_OUT: CommandResult = { code: 124, stdout: '', stderr: `the program did not end within ${RUN_TIMEOUT_MS / 1000} s` };

async function script({ host, singleUser }: WorldParts, input: string): Promise<void> {
  const argv: Command = [...enter(host.pid, singleUser, false), 'sh', '-s'];
  await mustRun(argv, { input });
}

/** A program that is not below /usr is the one file of this machine that is bound on its own. */
function boundProgram(program: string): readonly { readonly from: string; readonly path: string }[] {
  if (!program.startsWith('/') || program.startsWith('/usr/')) return [];
  return [{ from: program, path: program === process.execPath ? NODE : program }];
}
