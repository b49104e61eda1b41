import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { asking, type Client, type Container } from './docker-client.ts';
import type { Labels } from './labels.ts';

/** Where a container stands in a network. */
export interface Attachment {
  readonly network: string;
  readonly address: string;
}

export interface LabContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  readonly command: readonly string[];
  /** Host folders and files, seen inside at `target`. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly mode: 'ro' | 'rw' }[];
  /** The networks of a host, in the order of its devices eth0, eth1; or the container whose network stack is shared. */
  readonly network: readonly Attachment[] | { readonly stackOf: Container };
  /** May set up its network stack: addresses, routes, packet filter, sysctls below /proc/sys/net. */
  readonly isNetworkAdmin: boolean;
  /** The first process reads stdin, and its output is kept by nobody but who attaches. */
  readonly isAttached: boolean;
}

/** What Docker keeps read-only in /proc, but for /proc/sys/net: that part belongs to the container's own network stack. */
const READONLY_PATHS = [
  'bus',
  'fs',
  'irq',
  'sysrq-trigger',
  ...['abi', 'crypto', 'debug', 'dev', 'fs', 'kernel', 'sunrpc', 'user', 'vm'].map((name) => `sys/${name}`),
];

/** The options of a container that testcontainers has no method for. */
class LabContainer extends GenericContainer {
  readonly #client: Client;
  readonly #later: readonly (Attachment & { readonly device: string })[];

  constructor(client: Client, options: LabContainerOptions) {
    super(options.image);
    this.#client = client;
    // Our own labels say whose it is, and testcontainers' reaper is an image that has to be pulled.
    this.withAutoCleanup(false).withName(options.name).withLabels(options.labels).withUser('0:0');
    this.withEntrypoint([options.command[0] ?? 'sh']).withCommand(options.command.slice(1));
    this.withBindMounts(options.mounts.map((mount) => ({ ...mount })));
    const { network } = options;
    if ('stackOf' in network) {
      this.#later = [];
      this.withNetworkMode(`container:${network.stackOf.id}`);
      // The first process of a pid namespace is deaf to signals it does not handle itself, as HAProxy and Node are to SIGTERM.
      this.hostConfig.PidMode = `container:${network.stackOf.id}`;
    } else {
      const [first, ...later] = network.map((attachment, index) => ({ ...attachment, device: `eth${index}` }));
      this.#later = later;
      this.withNetworkMode(first?.network ?? 'none');
      if (first !== undefined) this.createOpts.NetworkingConfig = { EndpointsConfig: { [first.network]: endpoint(first) } };
    }
    if (options.isNetworkAdmin) {
      this.withAddedCapabilities('NET_ADMIN', 'NET_RAW');
      this.hostConfig.ReadonlyPaths = READONLY_PATHS.map((path) => `/proc/${path}`);
    }
    if (options.isAttached) {
      Object.assign(this.createOpts, { OpenStdin: true, StdinOnce: true, AttachStdin: true });
      this.hostConfig.LogConfig = { Type: 'none', Config: {} };
    }
  }

  /** Further networks are joined before the start, so that every device is there when the first process runs. */
  protected override async containerCreated(containerId: string): Promise<void> {
    for (const attachment of this.#later) {
      await this.#client.network.getById(attachment.network).connect({ Container: containerId, EndpointConfig: endpoint(attachment) });
    }
  }
}

/** Engines from version 28 on take the device's name; older ones, which ignore it, name devices in the order of joining. */
const endpoint = ({
  address,
  device,
}: Attachment & { readonly device: string }): { IPAMConfig: { IPv4Address: string }; DriverOpts: Record<string, string> } => ({
  IPAMConfig: { IPv4Address: address },
  DriverOpts: { 'com.docker.network.endpoint.ifname': device },
});

/** Starts a container. Throws LAB_ERR_COMMAND_FAILED with the engine's words. */
export async function startContainer(client: Client, options: LabContainerOptions): Promise<Container> {
  const started: StartedTestContainer = await asking(`start container ${options.name}`, () => new LabContainer(client, options).start());
  return client.container.getById(started.getId());
}
