import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProxyHost } from '../../model/path.ts';
import type { CommandResult, ProxyService } from '../../model/service.ts';
import { runCommand, type Command } from '../command.ts';
import type { HostProcess, RunningHost, StartedProxy } from '../lab.ts';
import { listeningPorts } from '../listening.ts';
import { ensureProgramRoot, inProgramRoot, type ProgramRoot } from '../program-root.ts';
import { signalTo } from '../signal-to.ts';
import { stageConfig } from '../stage-config.ts';
import { isVersion, startProxyOn, type ProxyGround } from '../start-proxy.ts';
import type { TlsFiles } from '../tls.ts';
import type { TopologyHost } from '../topology.ts';
import { processesIn } from './host-processes.ts';
import { enter, enterNetwork, spawnEntering, spawnInside, type Holder, type InsideProcess } from './namespace.ts';
import { ThawGuard } from './thaw-guard.ts';

const STOP_TIMEOUT_MS = 2000;
/** Where a host's /etc/hopscope is bound from, below the host's scratch folder. */
const ETC = 'etc';

export interface NetnsHostParts {
  readonly singleUser: boolean;
  readonly tls: TlsFiles;
  /** Folder for the host's files. */
  readonly dir: string;
  readonly onProgress: (what: string) => void;
}

/** A host in namespaces of its own. Programs run from the machine's own file system. */
export class NetnsHost implements RunningHost {
  readonly name: string;
  readonly #holder: Holder;
  readonly #singleUser: boolean;
  readonly #tls: TlsFiles;
  readonly #dir: string;
  readonly #onProgress: (what: string) => void;

  constructor(host: TopologyHost, holder: Holder, { singleUser, tls, dir, onProgress }: NetnsHostParts) {
    this.name = host.name;
    this.#holder = holder;
    this.#singleUser = singleUser;
    this.#tls = tls;
    this.#dir = dir;
    this.#onProgress = onProgress;
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
    // A program of the package must find the package's modules beside it, so its config is run where it is.
    const inPlace = service.program === 'node';
    if (!inPlace) await stageConfig(proxy, this.#tls, join(this.#dir, ETC));
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

  /** Where the version that is asked for comes from: null is the program itself, which has it, or was chosen by the spec. */
  async #programRoot(service: ProxyService, { version, binary }: ProxyHost, program: string): Promise<ProgramRoot | null> {
    if (version === null || binary !== null || service.image.debianPackages.length === 0) return null;
    const printed = await this.run(service.versionArgv(program));
    if (isVersion(service.parseVersion(`${printed.stdout}${printed.stderr}`), version)) return null;
    return await ensureProgramRoot(service, version, this.#onProgress);
  }
}

function talkingTo(inside: InsideProcess): HostProcess {
  const { stdin, stdout } = inside.child;
  if (stdin === null || stdout === null) throw new TypeError('a program started with pipes has pipes');
  const stop = async (): Promise<void> => {
    stdin.end();
    await endOf(inside, 'SIGTERM');
  };
  const signal = (name: NodeJS.Signals): Promise<void> => {
    signalInside(inside, name);
    return Promise.resolve();
  };
  return { stdin, stdout, exited: inside.exited, signal, stop };
}

/** Asks a program to end, then insists. */
async function endOf(inside: InsideProcess, signal: NodeJS.Signals): Promise<void> {
  signalInside(inside, signal);
  const timer = setTimeout(() => signalInside(inside, 'SIGKILL'), STOP_TIMEOUT_MS);
  await inside.exited;
  clearTimeout(timer);
}

const guards = new WeakMap<InsideProcess, ThawGuard>();

/**
 * nsenter, which waits for the program outside the lab's tree, stops when the program is stopped (measured with util-linux 2.38): it would
 * not see its end, and outlive the lab.
 */
function signalInside(inside: InsideProcess, signal: NodeJS.Signals): void {
  const { pid, child } = inside;
  if (signal === 'SIGSTOP' && child.pid !== undefined && !guards.has(inside)) guards.set(inside, new ThawGuard(child.pid));
  signalTo(pid, signal);
  if (signal !== 'SIGCONT' && signal !== 'SIGKILL') return;
  child.kill('SIGCONT');
  guards.get(inside)?.release();
  guards.delete(inside);
}
