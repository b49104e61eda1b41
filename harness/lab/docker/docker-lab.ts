import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../../errors.ts';
import type { LinkCapabilities } from '../impair/link-capabilities.ts';
import type { Lab, LabSettings, RunningHost, RunningLink, RunningTopology } from '../lab.ts';
import { makeTlsFiles, type TlsFiles } from '../tls.ts';
import { addressOf, linkAddress, networksOf, subnetOf, type Topology } from '../topology.ts';
import { asking, engineClient, type Client, type Container } from './docker-client.ts';
import { DockerHost } from './docker-host.ts';
import { DockerLink, linkCapabilities, runScript } from './docker-link.ts';
import { ensureToolsImage, ImageChoice } from './images.ts';
import { inParallel } from '../in-parallel.ts';
import { keepOrderIn, keepOrderOnBridge } from './keep-order.ts';
import { labelsOf, type Labels } from './labels.ts';
import { startContainer, type Attachment, type LabContainerOptions } from './lab-container.ts';
import { hostCommands, NETWORK_OPTIONS } from './network-setup.ts';
import { acquireEngine, type Engine } from './private-engine.ts';
import { reapDocker, removeSession } from './reap.ts';

/** Sessions of one engine whose networks cannot overlap, as long as each has no more topologies than this. */
const SESSIONS = 24;
const TOPOLOGIES_EACH = 10;
/** Containers that are started at a time: the engine gains nothing from more. */
const WIDTH = 6;
/** Waits for ever, ends at once when asked, and buries what programs run inside leave behind. */
const HOLD = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1000000 & wait $!; done'];

/** A lab of containers: one bridge a leg, a container for each network stack and one without privileges for each proxy. */
export class DockerLab implements Lab {
  readonly kind = 'docker';
  readonly firstOctet = 16 + (process.pid % SESSIONS) * TOPOLOGIES_EACH;
  readonly versions: Readonly<Record<string, string>>;
  readonly #settings: LabSettings;
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #tls: TlsFiles;
  readonly #tools: string;
  readonly #images: ImageChoice;
  readonly #labels: Labels;
  readonly #names: string[] = [];
  #can: Promise<LinkCapabilities> | null = null;
  #proxies = 0;

  private constructor(
    settings: LabSettings,
    engine: Engine,
    client: Client,
    made: { readonly tls: TlsFiles; readonly tools: string; readonly kernel: string },
  ) {
    this.#settings = settings;
    this.#engine = engine;
    this.#client = client;
    this.#tls = made.tls;
    this.#tools = made.tools;
    this.#images = new ImageChoice(client.container.dockerode, settings.packageRoot);
    this.#labels = labelsOf(settings.sessionId);
    this.versions = { kernel: made.kernel, 'Docker Engine': String(client.info.containerRuntime.serverVersion), tools: made.tools };
  }

  /**
   * Finds or starts an engine and makes sure of the tools image. The engine must be on this machine: hosts run programs of this
   * package with the Node of this process, both mounted. Throws LAB_ERR_NO_ENGINE, LAB_ERR_NO_IMAGE, SETUP_ERR_FAILED.
   */
  static async start(settings: LabSettings): Promise<DockerLab> {
    if (process.platform !== 'linux')
      throw new HarnessError(
        'LAB_ERR_NO_ENGINE',
        `docker-lab mounts its own Node into Linux containers, so it runs on Linux only, not on ${process.platform}`,
      );
    const engine = await acquireEngine(settings.onProgress);
    try {
      const client = await engineClient();
      const { dockerode } = client.container;
      await reapDocker();
      const [tls, tools, info] = await Promise.all([
        makeTlsFiles(join(settings.scratchDir, 'tls')),
        ensureToolsImage(dockerode, settings),
        asking('say what it is', async () => (await dockerode.info()) as { readonly KernelVersion?: string }),
      ]);
      return new DockerLab(settings, engine, client, { tls, tools, kernel: info.KernelVersion ?? 'unknown' });
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  get howToLookInside(): string {
    return this.#names.map((name) => `${name}: DOCKER_HOST=${this.#engine.host} docker exec -it ${name} sh`).join('\n');
  }

  async bringUp(topology: Topology): Promise<RunningTopology> {
    this.#settings.onProgress(`bringing up ${topology.hosts.length} hosts and ${topology.links.length} links`);
    await mkdir(join(this.#settings.scratchDir, topology.name), { recursive: true });
    const networks = await inParallel(topology.links, WIDTH, ({ network }) => this.#makeNetwork(topology, network));
    const attach = (network: number, address: string): Attachment => ({ network: networks[network] ?? '', address });
    const hosts = new Map<string, RunningHost>();
    const links = new Map<string, RunningLink>();
    const linkTasks = topology.links.map((link) => async (): Promise<void> => {
      const holder = await this.#startHolder(topology, link.name, [attach(link.network, linkAddress(topology, link.network))]);
      links.set(link.name, await DockerLink.setUp(holder, topology, link, await this.#capabilities(holder), this.#settings));
      await keepOrderIn(holder);
    });
    const hostTasks = topology.hosts.map((host) => async (): Promise<void> => {
      const places = networksOf(topology, host).map((network) => attach(network, addressOf(topology, host, network)));
      const holder = await this.#startHolder(topology, host.name, places);
      await runScript(holder, hostCommands(topology, host, this.#settings.congestionControl));
      await keepOrderIn(holder);
      hosts.set(host.name, await this.#hostOf(topology, host.name, holder));
    });
    await inParallel([...linkTasks, ...hostTasks], WIDTH, (task) => task());
    await Promise.all(networks.map(keepOrderOnBridge));
    return { topology, hosts: inOrderOf(topology.hosts, hosts), links: inOrderOf(topology.links, links) };
  }

  async #makeNetwork(topology: Topology, network: number): Promise<string> {
    const name = this.#nameOf(topology, `leg-${network}`);
    const Subnet = subnetOf(topology, network);
    const IPAM = { Driver: 'default', Config: [{ Subnet, Gateway: Subnet.replace(/0\/24$/, '1') }] };
    const made = await asking(`make network ${name} (${Subnet})`, () =>
      this.#client.network.create({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        Options: { ...NETWORK_OPTIONS },
        IPAM,
        Labels: this.#labels,
      }),
    );
    return made.id;
  }

  async #startHolder(topology: Topology, name: string, network: readonly Attachment[]): Promise<Container> {
    const holder = await startContainer(this.#client, {
      name: this.#nameOf(topology, name),
      image: this.#tools,
      labels: this.#labels,
      command: HOLD,
      mounts: [...this.#packageMounts(), ...this.#sharedMounts()],
      network,
      isNetworkAdmin: true,
      isAttached: false,
    });
    this.#names.push(this.#nameOf(topology, name));
    return holder;
  }

  #hostOf(topology: Topology, name: string, holder: Container): Promise<DockerHost> {
    return DockerHost.of({
      name,
      holder,
      dir: join(this.#settings.scratchDir, topology.name, name),
      tls: this.#tls,
      imageFor: (service, version) => this.#images.imageFor(service, version),
      startContainer: (options) =>
        startContainer(this.#client, {
          ...options,
          name: `${this.#nameOf(topology, name)}-proxy-${++this.#proxies}`,
          labels: this.#labels,
          isNetworkAdmin: false,
        }),
      packageMounts: this.#packageMounts(),
    });
  }

  /** The package at its own path and this very Node: programs inside hosts are the same in both labs. */
  #packageMounts(): LabContainerOptions['mounts'] {
    const { packageRoot } = this.#settings;
    return [
      { source: packageRoot, target: packageRoot, mode: 'ro' },
      { source: process.execPath, target: '/usr/local/bin/node', mode: 'ro' },
    ];
  }

  /** Folders that hosts and this process both write into, at the same path. */
  #sharedMounts(): LabContainerOptions['mounts'] {
    const { scratchDir, evidenceDir } = this.#settings;
    const shared = evidenceDir === undefined ? [scratchDir] : [scratchDir, evidenceDir];
    return shared.map((dir) => ({ source: dir, target: dir, mode: 'rw' }));
  }

  #capabilities(link: Container): Promise<LinkCapabilities> {
    this.#can ??= linkCapabilities(link);
    return this.#can;
  }

  #nameOf(topology: Topology, name: string): string {
    return `hopscope-${this.#settings.sessionId}-${topology.name}-${name}`;
  }

  /** Removes everything of the session, by label: also what a bring-up that failed had made so far. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await removeSession(this.#client.container.dockerode, this.#settings.sessionId);
    } finally {
      await this.#engine[Symbol.asyncDispose]();
    }
  }
}

/** Containers come up in any order; what is shown and iterated over keeps the order of the topology. */
const inOrderOf = <T>(order: readonly { readonly name: string }[], made: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map(order.flatMap(({ name }) => [...made].filter(([of]) => of === name)));
