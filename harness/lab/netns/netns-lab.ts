import { mkdir, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { mustRun, scriptOf, type Command } from '../command.ts';
import { planLink } from '../impair.ts';
import type { LinkCapabilities } from '../impair/link-capabilities.ts';
import type { Lab, LabSettings, RunningHost, RunningLink, RunningTopology } from '../lab.ts';
import { steerPackets } from '../packet-order.ts';
import { makeTlsFiles, type TlsFiles } from '../tls.ts';
import { hostsFile, type Topology } from '../topology.ts';
import { linkCapabilities } from './link-capabilities.ts';
import { enter, startHost, startRoot, type Holder } from './namespace.ts';
import { NetnsHost, type NetnsHostParts } from './netns-host.ts';
import { NetnsLink } from './netns-link.ts';
import { cables, hostCommands, linkCommands, linkDevices } from './wire-up.ts';

/** A lab of Linux namespaces: a veth pair a cable, proxies from PATH, no daemon; without root in a user namespace. */
export class NetnsLab implements Lab {
  readonly kind = 'netns';
  readonly firstOctet = 100;
  readonly hasIpv6 = true;
  readonly versions = { kernel: release() };
  readonly #settings: LabSettings;
  readonly #root: Holder;
  readonly #tls: TlsFiles;
  readonly #can: LinkCapabilities;
  readonly #singleUser: boolean;
  readonly #holders = new Map<string, Holder>();

  private constructor(settings: LabSettings, root: Holder, tls: TlsFiles, can: LinkCapabilities, singleUser: boolean) {
    this.#settings = settings;
    this.#root = root;
    this.#tls = tls;
    this.#can = can;
    this.#singleUser = singleUser;
  }

  /** Starts the lab's process tree. Throws LAB_ERR_NO_PRIVILEGE where namespaces are not allowed, LAB_ERR_MISSING_TOOL. */
  static async start(settings: LabSettings): Promise<NetnsLab> {
    const singleUser = process.getuid?.() !== 0;
    settings.onProgress('making namespaces');
    const outside = join(settings.scratchDir, 'etc');
    await mkdir(outside, { recursive: true });
    const making = makeTlsFiles(join(settings.scratchDir, 'tls'));
    const [root] = await Promise.all([startRoot(rootSetup(outside), singleUser), making.catch(() => null)]);
    try {
      return new NetnsLab(settings, root, await making, await linkCapabilities(root, singleUser), singleUser);
    } catch (error) {
      await endRoot(root);
      throw error;
    }
  }

  get howToLookInside(): string {
    return [...this.#holders].map(([name, { pid }]) => `${name}: ${enter(pid, this.#singleUser, true).join(' ')} sh`).join('\n');
  }

  async bringUp(topology: Topology): Promise<RunningTopology> {
    this.#settings.onProgress(`bringing up ${topology.hosts.length} hosts and ${topology.links.length} links`);
    const dir = join(this.#settings.scratchDir, topology.name);
    await mkdir(dir, { recursive: true });
    const hostsPath = join(dir, 'hosts');
    await writeFile(hostsPath, hostsFile(topology));
    const holders = await this.#startHolders(topology, dir, hostsPath);
    const pidOf = (name: string): number => holders.get(name)?.pid ?? 0;
    await mustRun([...enter(this.#root.pid, this.#singleUser, false), 'ip', '-batch', '-'], {
      input: `${cables(topology, pidOf).join('\n')}\n`,
    });
    const links = new Map<string, RunningLink>();
    await Promise.all([
      ...topology.hosts.map((host) => this.#script(pidOf(host.name), hostCommands(topology, host, this.#settings.congestionControl))),
      ...topology.links.map(async (link) => {
        const program = planLink(topology, link, linkDevices(topology, link), this.#can);
        await this.#script(pidOf(link.name), [...linkCommands(topology, link), ...program.commands]);
        const holder = holders.get(link.name);
        if (holder === undefined) return;
        const running = new NetnsLink(link, program.applied, holder, { singleUser: this.#singleUser, ipv6: topology.ipv6 });
        if (program.relay !== null) await running.startRelay(topology, program.relay, this.#settings, dir);
        links.set(link.name, running);
      }),
    ]);
    const hosts = new Map<string, RunningHost>();
    const { onProgress, packageRoot } = this.#settings;
    const common = { singleUser: this.#singleUser, tls: this.#tls, onProgress, packageRoot, topology };
    const parts = (name: string): NetnsHostParts => ({ ...common, dir: join(dir, name) });
    for (const host of topology.hosts) {
      const holder = holders.get(host.name);
      if (holder !== undefined) hosts.set(host.name, new NetnsHost(host, holder, parts(host.name)));
    }
    return { topology, hosts, links };
  }

  async #startHolders(topology: Topology, dir: string, hostsPath: string): Promise<Map<string, Holder>> {
    const names = [...topology.hosts, ...topology.links].map(({ name }) => name);
    const holders = await Promise.all(
      names.map(async (name) => {
        const etc = join(dir, name, 'etc');
        await mkdir(etc, { recursive: true });
        return [name, await startHost(this.#root, this.#singleUser, hostSetup(name, hostsPath, etc), name)] as const;
      }),
    );
    for (const [name, holder] of holders) this.#holders.set(`${topology.name}/${name}`, holder);
    return new Map(holders);
  }

  async #script(pid: number, commands: readonly Command[]): Promise<void> {
    const ordered = this.#singleUser ? commands : [...commands, steerPackets()];
    await mustRun([...enter(pid, this.#singleUser, false), 'sh', '-s'], { input: scriptOf(ordered) });
  }

  /** Ends the first process of the lab; the kernel takes everything else down with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await endRoot(this.#root);
  }
}

async function endRoot({ child }: Holder): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.destroy();
  child.kill('SIGKILL');
  await gone;
}

/**
 * A private /etc for the whole lab: links to the machine's own files, beside a hosts file and a folder `hopscope` that the
 * machine itself does not have and must not get. Links that are relative are copied, or they would point elsewhere.
 */
function rootSetup(outside: string): string {
  return `set -e
mount --rbind /etc '${outside}'
mount -t tmpfs -o mode=755 tmpfs /etc
for file in '${outside}'/*; do
  case "$file" in */hosts|*/hopscope) continue;; esac
  if [ -L "$file" ]; then cp -P "$file" /etc/; else ln -s "$file" /etc/; fi
done
mkdir /etc/hopscope
: > /etc/hosts
ip link set lo up`;
}

/** Folders where proxies keep pid files, sockets and temporary files get a private, empty one in each host. */
function hostSetup(name: string, hostsPath: string, etc: string): string {
  return `set -e
hostname '${name}'
for dir in /run /var/log/nginx /var/lib/nginx /var/cache/nginx /var/lib/haproxy; do
  if [ -d "$dir" ]; then mount -t tmpfs tmpfs "$dir"; fi
done
mount --bind '${hostsPath}' /etc/hosts
mount --bind '${etc}' /etc/hopscope`;
}
