import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProxyHost } from '../../model/path.ts';
import type { CommandResult, ProxyService } from '../../model/service.ts';
import { runCommand, type Command } from '../command.ts';
import type { HostProcess, RunningHost, StartedProxy } from '../lab.ts';
import { listeningPorts } from '../listening.ts';
import { stageConfig } from '../stage-config.ts';
import { startProxyOn, type ProxyGround } from '../start-proxy.ts';
import type { TlsFiles } from '../tls.ts';
import type { TopologyHost } from '../topology.ts';
import { enter, enterNetwork, spawnEntering, spawnInside, type Holder, type InsideProcess } from './namespace.ts';

const STOP_TIMEOUT_MS = 2000;
/** Where a host's /etc/hopscope is bound from, below the host's scratch folder. */
const ETC = 'etc';

/** A host in namespaces of its own. Programs run from the machine's own file system. */
export class NetnsHost implements RunningHost {
  readonly name: string;
  readonly #holder: Holder;
  readonly #singleUser: boolean;
  readonly #tls: TlsFiles;
  readonly #dir: string;

  constructor(host: TopologyHost, holder: Holder, singleUser: boolean, tls: TlsFiles, dir: string) {
    this.name = host.name;
    this.#holder = holder;
    this.#singleUser = singleUser;
    this.#tls = tls;
    this.#dir = dir;
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
    return talkingTo(await spawnEntering(prefix, argv, logFile, { pipes: true, detached: true }));
  }

  async startProxy(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
    // A program of the package must find the package's modules beside it, so its config is run where it is.
    const inPlace = service.program === 'node';
    if (!inPlace) await stageConfig(proxy, this.#tls, join(this.#dir, ETC));
    const program = proxy.binary ?? (inPlace ? process.execPath : service.program);
    const ground: ProxyGround = {
      run: (argv) => this.run(argv),
      spawn: async (argv, log, stopSignal) => {
        const inside = await spawnInside(this.#holder, this.#singleUser, argv, log, false);
        return { exited: inside.exited, stop: () => endOf(inside, stopSignal) };
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
      versionSource: proxy.binary ?? `'${service.program}' on PATH`,
    };
    return await startProxyOn(ground, service, proxy, logFile);
  }
}

function talkingTo(inside: InsideProcess): HostProcess {
  const { stdin, stdout } = inside.child;
  if (stdin === null || stdout === null) throw new TypeError('a program started with pipes has pipes');
  const stop = async (): Promise<void> => {
    stdin.end();
    await endOf(inside, 'SIGTERM');
  };
  return { stdin, stdout, exited: inside.exited, stop };
}

/** Asks a program to end, then insists. */
async function endOf({ pid, exited }: InsideProcess, signal: NodeJS.Signals): Promise<void> {
  signalTo(pid, signal);
  const timer = setTimeout(() => signalTo(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
