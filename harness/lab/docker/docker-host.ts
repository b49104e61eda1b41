import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ProxyHost } from '../../model/path.ts';
import type { CommandResult, ProxyService } from '../../model/service.ts';
import type { Command } from '../command.ts';
import type { HostProcess, RunningHost, StartedProxy } from '../lab.ts';
import { listeningPorts } from '../listening.ts';
import { startProxyOn, type ProxyGround } from '../start-proxy.ts';
import type { TlsFiles } from '../tls.ts';
import type { Container } from './docker-client.ts';
import { runIn, startIn } from './exec.ts';
import { ProxyContainer } from './proxy-container.ts';
import { byAge } from '../read-process.ts';
import { signalTo } from '../signal-to.ts';
import { stageConfig } from '../stage-config.ts';
import type { ChosenImage } from './images.ts';
import type { LabContainerOptions } from './lab-container.ts';
import { visiblePid } from './visible-pid.ts';

export interface DockerHostParts {
  readonly name: string;
  /** The container that owns the host's network stack. */
  readonly holder: Container;
  /** Folder for the host's files. */
  readonly dir: string;
  readonly tls: TlsFiles;
  readonly imageFor: (service: ProxyService, version: string | null) => Promise<ChosenImage>;
  readonly startContainer: (
    options: Pick<LabContainerOptions, 'image' | 'command' | 'mounts' | 'network' | 'isAttached'>,
  ) => Promise<Container>;
  /** What programs of this package need to see: the package and Node. */
  readonly packageMounts: LabContainerOptions['mounts'];
}

/** A host: a container that holds the network stack and runs our own programs, and one without privileges for the proxy. */
export class DockerHost implements RunningHost {
  readonly name: string;
  readonly #parts: DockerHostParts;
  /** Folder of the host's /proc/net as this machine sees it; null when the engine's processes are not visible here. */
  readonly #procNet: string | null;

  private constructor(parts: DockerHostParts, procNet: string | null) {
    this.name = parts.name;
    this.#parts = parts;
    this.#procNet = procNet;
  }

  static async of(parts: DockerHostParts): Promise<DockerHost> {
    return new DockerHost(parts, await visibleProcNet(parts.holder));
  }

  run(argv: Command): Promise<CommandResult> {
    return runIn(this.#parts.holder, argv);
  }

  async readProcNet(...files: readonly string[]): Promise<string> {
    const folder = this.#procNet;
    if (folder === null) return (await this.run(['cat', ...files.map((file) => `/proc/net/${file}`)])).stdout;
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')));
    return texts.join('\n');
  }

  startScript(script: string, args: readonly string[], logFile: string): Promise<HostProcess> {
    return this.startProgram(['node', script, ...args], logFile);
  }

  startProgram(argv: Command, logFile: string): Promise<HostProcess> {
    return startIn(this.#parts.holder, argv, logFile);
  }

  async startProxy(service: ProxyService, proxy: ProxyHost, logFile: string): Promise<StartedProxy> {
    const { image, because, program } = await this.#parts.imageFor(service, proxy.version);
    // A program of the package must find the package's modules beside it, so its config is run where it is.
    const inPlace = service.program === 'node';
    const etc = join(this.#parts.dir, 'etc');
    if (!inPlace) await stageConfig(proxy, this.#parts.tls, etc);
    const mounts = inPlace ? this.#parts.packageMounts : [{ source: etc, target: '/etc/hopscope', mode: 'ro' as const }];
    const instances: ProxyContainer[] = [];
    const newContainer = async (): Promise<ProxyContainer> => {
      const network = { stackOf: this.#parts.holder };
      const started = await this.#parts.startContainer({ image, command: ProxyContainer.command, mounts, network, isAttached: true });
      const container = new ProxyContainer(started);
      instances.push(container);
      return container;
    };
    // Version and config check run in the container that the proxy will run in; a proxy that is started again needs one of its own.
    let waiting: ProxyContainer | null = await newContainer();
    const ground: ProxyGround = {
      run: async (argv) => await (instances.at(-1) ?? (await newContainer())).run(argv),
      spawn: async (argv, log, stopSignal) => {
        const container = waiting ?? (await newContainer());
        waiting = null;
        return {
          ...(await container.start(argv, log, stopSignal)),
          // The engine ends a container with its first process.
          outlivesFirst: false,
          processes: async () => (await Promise.all(instances.map((one) => one.processes()))).flat().toSorted(byAge),
          signal: (signal, pids) => {
            for (const pid of pids) signalTo(pid, signal);
            return Promise.resolve();
          },
        };
      },
      listening: async () => listeningPorts(await this.readProcNet('tcp', 'tcp6')),
      placement: {
        program,
        configPath: inPlace ? proxy.config : join('/etc/hopscope', basename(proxy.config)),
        tlsBundlePath: '/etc/hopscope/tls/bundle.pem',
        tlsCertPath: '/etc/hopscope/tls/cert.pem',
        tlsKeyPath: '/etc/hopscope/tls/key.pem',
        singleUser: false,
        configText: await readFile(proxy.config, 'utf8'),
      },
      versionSource: `image ${image} (${because})`,
    };
    try {
      return await startProxyOn(ground, service, proxy, logFile);
    } catch (error) {
      await Promise.all(instances.map((one) => one.remove()));
      throw error;
    }
  }
}

/** Reading a file of /proc takes microseconds where an exec takes 70 ms. Only for a process that surely is the container's. */
async function visibleProcNet(container: Container): Promise<string | null> {
  const pid = await visiblePid(container);
  const readable = pid === null ? '' : await readFile(`/proc/${pid}/net/snmp`, 'utf8').catch(() => '');
  return readable === '' ? null : `/proc/${pid}/net`;
}
