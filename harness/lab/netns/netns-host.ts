import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProxyHost } from '../../model/path.ts';
import type { CommandResult, ProxyService } from '../../model/service.ts';
import type { World } from '../../model/world.ts';
import { runCommand, type Command } from '../command.ts';
import type { HostProcess, RunningHost, StartedProxy } from '../lab.ts';
import { listeningPorts } from '../listening.ts';
import { ensureProgramRoot, inProgramRoot, type ProgramRoot } from '../program-root.ts';
import { programPath } from '../program-path.ts';
import { signalTo } from '../signal-to.ts';
import { stageConfig } from '../stage-config.ts';
import { isVersion, startProxyOn, type ProxyGround } from '../start-proxy.ts';
import type { TlsFiles } from '../tls.ts';
import type { Topology, TopologyHost } from '../topology.ts';
import { processesIn } from './host-processes.ts';
import { endOf, signalInside, talkingTo } from './inside-process.ts';
import { enter, enterNetwork, spawnEntering, spawnInside, type Holder } from './namespace.ts';
import { worldGround } from './world-ground.ts';
import { WorldProxy, type WorldParts } from './world-proxy.ts';

/** Where a host's /etc/hopscope is bound from, below the host's scratch folder. */
const ETC = 'etc';

export interface NetnsHostParts {
  readonly singleUser: boolean;
  readonly tls: TlsFiles;
  /** Folder for the host's files. */
  readonly dir: string;
  readonly onProgress: (what: string) => void;
  /** What the host stands in, for a proxy that is given a world. */
  readonly topology: Topology;
  /** Root folder of this package. */
  readonly packageRoot: string;
}

/** A host in namespaces of its own. Programs run from the machine's own file system. */
export class NetnsHost implements RunningHost {
  readonly name: string;
  readonly #holder: Holder;
  readonly #host: TopologyHost;
  readonly #parts: NetnsHostParts;
  readonly #singleUser: boolean;
  readonly #dir: string;
  #world: WorldProxy | null = null;
  #worlds = 0;

  constructor(host: TopologyHost, holder: Holder, parts: NetnsHostParts) {
    this.name = host.name;
    this.#host = host;
    this.#holder = holder;
    this.#parts = parts;
    this.#singleUser = parts.singleUser;
    this.#dir = parts.dir;
  }

  run(argv: Command): Promise<CommandResult> {
    return runCommand([...enter(this.#holder.pid, this.#singleUser, false), ...argv]);
  }

  async readProcNet(...files: readonly string[]): Promise<string> {
    const texts = await Promise.all(files.map((file) => readFile(`/proc/${this.#holder.pid}/net/${file}`, 'utf8').catch(() => '')));
    return texts.join('\n');
  }

  async startScript(script: string, args: readonly string[], logFile: string): Promise<HostProcess> {
    return talkingTo(await spawnInside(this.#holder, this.#singleUser, [process.execPath, script, ...args], logFile, true));
  }

  async startProgram(argv: Command, logFile: string): Promise<HostProcess> {
    const prefix = enterNetwork(this.#holder.pid, this.#singleUser);
    return talkingTo(await spawnEntering(prefix, argv, logFile, { pipes: true }));
  }

  async startProxy(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
    if (proxy.world !== undefined) return await this.#startForeign(service, proxy, proxy.world, logFile);
    // A program of the package must find the package's modules beside it, so its config is run where it is.
    const inPlace = service.program === 'node';
    if (!inPlace) await stageConfig(proxy, this.#parts.tls, join(this.#dir, ETC));
    const program = proxy.binary ?? (inPlace ? process.execPath : service.program);
    const root = await this.#programRoot(service, proxy, program);
    const prefix = root === null ? [] : inProgramRoot(root);
    const ground: ProxyGround = {
      run: (argv) => this.run([...prefix, ...argv]),
      spawn: async (argv, log, stopSignal) => {
        const inside = await spawnInside(this.#holder, this.#singleUser, [...prefix, ...argv], log, false);
        return {
          exited: inside.exited,
          outlivesFirst: true,
          processes: () => Promise.resolve(processesIn(this.#holder.pid)),
          signal: (signal, pids) => {
            for (const pid of pids) if (pid !== inside.pid) signalTo(pid, signal);
            if (pids.includes(inside.pid)) signalInside(inside, signal);
            return Promise.resolve();
          },
          stop: () => endOf(inside, stopSignal),
        };
      },
      listening: async () => listeningPorts(await this.readProcNet('tcp', 'tcp6')),
      placement: {
        program,
        configPath: inPlace ? proxy.config : join('/etc/hopscope', basename(proxy.config)),
        tlsBundlePath: '/etc/hopscope/tls/bundle.pem',
        tlsCertPath: '/etc/hopscope/tls/cert.pem',
        tlsKeyPath: '/etc/hopscope/tls/key.pem',
        singleUser: this.#singleUser,
      },
      versionSource: proxy.binary ?? (root === null ? `'${service.program}' on PATH` : `that of Debian ${root.suite} in ${root.folder}`),
    };
    return await startProxyOn(ground, service, proxy, logFile);
  }

  /** A user's own config in its world. What ran in this host before it is ended: the ports are one host's. */
  async #startForeign(service: ProxyService, proxy: ProxyHost, world: World, logFile: string): Promise<StartedProxy> {
    await this.#world?.end();
    const program = proxy.binary ?? (service.program === 'node' ? process.execPath : service.program);
    const parts: WorldParts = {
      host: this.#holder,
      hostName: this.name,
      singleUser: this.#singleUser,
      dir: join(this.#dir, `world-${++this.#worlds}`),
      ...worldGround(this.#parts.topology, this.#host),
      program,
      programRoot: await this.#programRoot(service, proxy, program),
      startWorldProgram: (args, log) => this.startScript(programPath(this.#parts.packageRoot, 'containers/world/main'), args, log),
      readProcNet: (...files) => this.readProcNet(...files),
    };
    const made = await WorldProxy.make(parts, service, world, logFile);
    this.#world = made;
    try {
      return await made.start(service, proxy, logFile);
    } catch (error) {
      // Whatever the config made of the program is not to go on beside the other hosts.
      await made.end();
      throw error;
    }
  }

  /** Where the version that is asked for comes from: null is the program itself, which has it, or was chosen by the spec. */
  async #programRoot(service: ProxyService, { version, binary }: ProxyHost, program: string): Promise<ProgramRoot | null> {
    if (version === null || binary !== null || service.image.debianPackages.length === 0) return null;
    const printed = await this.run(service.versionArgv(program));
    if (isVersion(service.parseVersion(`${printed.stdout}${printed.stderr}`), version)) return null;
    return await ensureProgramRoot(service, version, this.#parts.onProgress);
  }
}
