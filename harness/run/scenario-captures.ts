import { statfs } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceOf, networksOf, type TopologyHost } from '../lab/topology.ts';
import type { Impairment } from '../model/impairment.ts';
import type { CaptureEvidence } from '../model/wire-evidence.ts';
import { type CaptureAmount, type CaptureResult, PacketCapture } from '../probes/packet-capture.ts';
import type { HostShells } from './host-shells.ts';
import type { LiveTopology } from './live-topology.ts';
import { makeFolder, type RunFolder } from './run-folder.ts';
import type { Scenario } from './scenario.ts';

/** What the user wants captured. `auto`: what each scenario asks for. */
export interface CaptureWish {
  readonly capture: 'auto' | CaptureAmount['kept'] | 'off';
  readonly headerBytes: number;
  readonly megabytes: number;
}

/** What a scenario's captures need of the run. */
export interface CaptureGround {
  readonly folder: RunFolder;
  readonly shells: HostShells;
  readonly wish: CaptureWish;
}

/** How long the last packets of a stimulus may be on their way where no link holds them back, and where links do. */
const LAST_PACKETS_MS = 150;
const MAX_LAST_PACKETS_MS = 2000;
/** Captures of one scenario may take this part of what is free; a device that gets less than so much is not captured. */
const SHARE_OF_FREE = 0.75;
const LEAST_MEGABYTES = 6;

/** One end of a link: a device of a host that ends legs. */
interface LinkEnd {
  readonly live: LiveTopology;
  readonly host: TopologyHost;
  readonly device: string;
  readonly link: string;
}

interface Running {
  readonly end: LinkEnd;
  readonly capture: PacketCapture | null;
  readonly because: string | null;
}

const whyOff = ({ capture }: CaptureWish): string =>
  capture === 'off' ? 'captures are switched off' : 'this scenario moves more bytes than captures are made for';

/** The captures of one scenario, at both ends of every leg. */
export class ScenarioCaptures {
  readonly #scenario: string;
  readonly #folder: RunFolder;
  readonly #kept: CaptureAmount['kept'];
  readonly #running: readonly Running[];

  private constructor(scenario: string, folder: RunFolder, kept: CaptureAmount['kept'], running: readonly Running[]) {
    this.#scenario = scenario;
    this.#folder = folder;
    this.#kept = kept;
    this.#running = running;
  }

  /** Starts a capture on every device of every host that ends a leg; ready when all listen. Never throws: reasons are evidence. */
  static async start(topologies: readonly LiveTopology[], scenario: Scenario, ground: CaptureGround): Promise<ScenarioCaptures> {
    const { folder, wish } = ground;
    const wished = wish.capture === 'auto' ? (scenario.capture ?? 'full') : wish.capture;
    const kept = wished === 'off' ? 'full' : wished;
    const ends = topologies.flatMap(linkEndsOf);
    const dir = join(folder.dir, 'captures', scenario.id);
    const room = wished === 'off' ? whyOff(wish) : await roomFor(dir, ends.length, wish.megabytes);
    if (typeof room === 'string') {
      const absent = ends.map((end) => ({ end, capture: null, because: room }));
      return new ScenarioCaptures(scenario.id, folder, kept, absent);
    }
    const amount = { kept, headerBytes: wish.headerBytes, megabytes: room, isLoad: scenario.capture === 'headers' };
    const byHost = Map.groupBy(ends, hostKey);
    const running = await Promise.all([...byHost.values()].map((ofHost) => startOnHost(ofHost, dir, amount, ground.shells)));
    return new ScenarioCaptures(scenario.id, folder, kept, running.flat());
  }

  /** Waits for the last packets. `hurry`: what is still on its way is not waited for. */
  async settle(hurry: boolean): Promise<void> {
    if (!hurry && this.#running.some(({ capture }) => capture !== null))
      await sleep(lastPacketsMs(this.#running.map(({ end }) => end.live)));
  }

  /** Ends all captures. */
  async stop(): Promise<readonly CaptureEvidence[]> {
    // All are drained before the first is ended, so that the two ends of a leg end together.
    await this.#onEachHost(({ capture }) => capture?.drain());
    return await this.#onEachHost(async ({ end, capture, because }) => this.#evidenceOf(end, (await capture?.stop()) ?? nothing(because)));
  }

  /** Hosts side by side, the devices of a host one after the other. In the order of the topologies. */
  async #onEachHost<T>(call: (running: Running) => T): Promise<Awaited<T>[]> {
    const byHost = Map.groupBy(this.#running, ({ end }) => hostKey(end));
    const results = [...byHost.values()].map(async (ofHost) => {
      const done: Awaited<T>[] = [];
      for (const running of ofHost) done.push(await call(running));
      return done;
    });
    return (await Promise.all(results)).flat();
  }

  #evidenceOf({ host, device, link }: LinkEnd, result: CaptureResult): CaptureEvidence {
    const files = result.files.map((file) => relative(this.#folder.dir, file));
    return { paths: host.paths, scenario: this.#scenario, host: host.name, device, link, kept: this.#kept, ...result, files };
  }
}

const hostKey = ({ live, host }: LinkEnd): string => `${live.topology.name}/${host.name}`;

const nothing = (absentBecause: string | null): CaptureResult => ({
  files: [],
  packets: 0,
  droppedPackets: null,
  completeUntilMs: null,
  rotatedOut: false,
  absentBecause,
});

function heldMs(impairment: Impairment): number {
  if (impairment.kind === 'reorder') return impairment.byMs;
  return impairment.kind === 'delay' || impairment.kind === 'hold-rst' || impairment.kind === 'jitter' ? impairment.ms : 0;
}

/** A reset that a link holds back comes behind all else. */
function lastPacketsMs(topologies: readonly LiveTopology[]): number {
  const longest = topologies.map(({ topology }) =>
    topology.links.flatMap(({ impairments }) => impairments).reduce((sum, one) => sum + heldMs(one), 0),
  );
  return Math.min(MAX_LAST_PACKETS_MS, LAST_PACKETS_MS + Math.max(0, ...longest));
}

/** Router hosts end no leg. */
function linkEndsOf(live: LiveTopology): readonly LinkEnd[] {
  const { topology } = live;
  return topology.hosts.flatMap((host) => {
    if (host.role === 'router') return [];
    return networksOf(topology, host).flatMap((network): LinkEnd[] => {
      const link = topology.links.find((one) => one.network === network);
      return link === undefined ? [] : [{ live, host, device: deviceOf(topology, host, network), link: link.name }];
    });
  });
}

/** Makes the folder, and says how many megabytes each device may take of what is free there; or why none. */
async function roomFor(dir: string, devices: number, wanted: number): Promise<number | string> {
  try {
    makeFolder(dir);
    const { bavail, bsize } = await statfs(dir);
    const free = Math.floor((bavail * bsize) / 1e6);
    const each = Math.min(wanted, Math.floor((free * SHARE_OF_FREE) / Math.max(1, devices)));
    return each >= LEAST_MEGABYTES
      ? each
      : `only ${free} MB are free for the captures of ${devices} devices, which take at least ${LEAST_MEGABYTES} MB each`;
  } catch (error) {
    return `there is no place for captures: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function startOnHost(ends: readonly LinkEnd[], dir: string, amount: CaptureAmount, shells: HostShells): Promise<readonly Running[]> {
  const running: Running[] = [];
  for (const end of ends) {
    const { live, host, device } = end;
    const watch = await shells.of(live, host.name);
    const file = join(dir, `${host.name}-${live.topology.name}.${device}.pcap`);
    const point = { device, mac: watch?.macs.get(device) ?? null, file };
    const capture = watch === null ? null : await PacketCapture.start(watch.shell, point, amount);
    running.push({ end, capture, because: watch === null ? `no program can be started in host ${host.name}` : null });
  }
  return running;
}
