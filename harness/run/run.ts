import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { addressesOf, addressOf, networksOf, planTopologies } from '../lab/topology.ts';
import type { DriveByKind, DriveKind, Endpoint } from '../drive/protocol.ts';
import type { LoadProfile } from '../model/load.ts';
import type { CaptureEvidence } from '../model/wire-evidence.ts';
import { hostsOf, type Path } from '../model/path.ts';
import { isAskedOf } from '../model/run-facts.ts';
import { ActingRun } from './acting-run.ts';
import { HostShells } from './host-shells.ts';
import { liveLoad } from './live-load.ts';
import { startTopology, type LiveTopology, type Placed, type TopologySettings } from './live-topology.ts';
import { recordCrashes } from './record-crashes.ts';
import { type CountedTopology, recordLegs } from './record-legs.ts';
import { ScenarioCounters } from './scenario-counters.ts';
import { type CaptureWish, ScenarioCaptures } from './scenario-captures.ts';
import { areCutInHosts, type LivePath, type Scenario, type ScenarioContext } from './scenario.ts';
import { SocketWatch } from './socket-watch.ts';
import { observe, recordLogs } from './stimulus.ts';
import { withActions } from './timed-actions.ts';
import { UNSCALED } from './time-scale.ts';

/** A scenario with the options that the spec settled on. */
export interface PlannedScenario {
  readonly scenario: Scenario;
  readonly options: object;
}

export interface RunPlan extends TopologySettings {
  readonly paths: readonly Path[];
  readonly scenarios: readonly PlannedScenario[];
  readonly seed: number;
  /** Load profiles by name; absent: none. */
  readonly loads?: Readonly<Record<string, LoadProfile>>;
  readonly capture: CaptureWish;
  readonly browserProgram?: string | null;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress: (scenario: string, what: string) => void;
}

/** Drives every scenario over every path of a lab and records the evidence. Stops between stimuli when aborted. */
export async function runScenarios(lab: Lab, plan: RunPlan): Promise<void> {
  if (plan.signal.aborted) return;
  const placed = await bringUp(lab, plan);
  const acting = new ActingRun(
    [...placed.values()].map((one) => one.live),
    plan.folder,
  );
  const live = livePaths(placed, plan.signal, acting);
  recordMissingPaths(plan, placed, live);
  // In production nobody is sent to a proxy that has not found its servers yet; a request that asks for them would be seen by the first scenario.
  if (asksForNames(plan)) await setTimeout(NAMES_MS);
  const shells = new HostShells();
  const up: Up = { live, placed, shells, acting };
  try {
    for (const [index, planned] of plan.scenarios.entries()) {
      if (plan.signal.aborted) break;
      await runWatched(plan, planned, areCutInHosts(plan.scenarios, index), up);
    }
  } finally {
    await shells.close();
  }
}

/** The first answer of a DNS server is asked for when the proxy is up; HAProxy asks again after a second. */
const NAMES_MS = 1500;

/** Whether some proxy of users' own configs resolves the names of its servers when it runs (HAProxy's manual, section 5.3). */
const asksForNames = ({ trees }: RunPlan): boolean =>
  [...(trees?.values() ?? [])].some((tree) => [...tree.files.values()].some(({ text }) => /\b(?:init-addr|resolvers)\b/.test(text)));

/** What is up while scenarios run. */
interface Up {
  readonly live: ReadonlyMap<string, LivePath>;
  readonly placed: ReadonlyMap<string, Placed>;
  readonly shells: HostShells;
  readonly acting: ActingRun;
}

/** Runs one scenario with packet captures around it. However it ends, they are ended and recorded while the lab still stands. */
async function runWatched(plan: RunPlan, { scenario, options }: PlannedScenario, cutsInHosts: boolean, up: Up): Promise<void> {
  const topologies = [...new Set([...up.placed.values()].map(({ live }) => live))];
  const captures = await ScenarioCaptures.start(topologies, scenario, { folder: plan.folder, shells: up.shells, wish: plan.capture });
  const counters = await Promise.all(topologies.map((live) => ScenarioCounters.start(live)));
  let captured: readonly CaptureEvidence[] = [];
  let counted: readonly CountedTopology[] = [];
  up.acting.begin(scenario.id);
  try {
    await scenario.run(contextOf(plan, scenario, options, up));
  } finally {
    // What makes hosts whole replaces those that ended; after Ctrl-C nothing more is done to the proxies.
    if (!plan.signal.aborted) await recordCrashes([...up.placed.values()], scenario.id, plan.folder);
    if (!plan.signal.aborted) await up.acting.restore();
    await captures.settle(plan.signal.aborted);
    // A line that came late belongs to this scenario still.
    for (const one of up.placed.values()) await recordLogs(one, scenario.id, plan.folder);
    counted = await Promise.all(counters.map(async (one) => ({ topology: one.topology, counts: await one.stop() })));
    captured = await captures.stop();
    for (const one of captured) plan.folder.append('captures', one);
  }
  await recordLegs(counted, { scenario: scenario.id, cutsInHosts, folder: plan.folder, captures: captured });
  if (!plan.signal.aborted) await up.acting.revive();
}

async function bringUp(lab: Lab, plan: RunPlan): Promise<ReadonlyMap<string, Placed>> {
  const fits = (path: Path): boolean => path.ipv6 === undefined || lab.hasIpv6 === true;
  for (const path of plan.paths.filter((one) => !fits(one)))
    recordMissing(
      plan,
      path,
      'LAB_ERR_MISSING_TOOL',
      'its hosts have IPv6 addresses, and the docker lab makes IPv4 networks: run it with --lab netns',
    );
  const topologies = planTopologies(plan.paths.filter(fits), lab.firstOctet);
  const results = await Promise.allSettled(topologies.map((topology) => startTopology(lab, topology, plan)));
  const placed = new Map<string, Placed>();
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
    for (const path of result.value.topology.paths) placed.set(path.id, { path, live: result.value });
  }
  return placed;
}

/** Paths whose every proxy runs, and whose control path is there. */
function livePaths(placed: ReadonlyMap<string, Placed>, signal: AbortSignal, acting: ActingRun): ReadonlyMap<string, LivePath> {
  const paths = new Map<string, LivePath>();
  for (const one of placed.values()) {
    if (one.path.proxies.every(({ name }) => one.live.proxies.has(name)))
      paths.set(one.path.id, livePath(one, { signal, acting, all: paths }));
  }
  return paths;
}

interface PathGround {
  readonly signal: AbortSignal;
  readonly acting: ActingRun;
  readonly all: ReadonlyMap<string, LivePath>;
}

function livePath({ path, live }: Placed, { signal, acting, all }: PathGround): LivePath {
  return {
    path,
    get control() {
      const control = all.get(path.control);
      if (control === undefined) throw new HarnessError('LAB_ERR_NOT_READY', `control path ${path.control} of ${path.id} is not up`);
      return control;
    },
    configured: path.proxies.flatMap(({ name }) => (live.configLines.get(name) ?? []).map((line) => ({ host: name, line }))),
    endpoint: (target = path.target) => endpointOf(path, live, target),
    drive: <K extends DriveKind>(request: DriveByKind[K]['request'] & { readonly kind: K }) => live.driver.request<K>(request, signal),
    load: (wanted) =>
      liveLoad(
        { drivers: live.drivers, endpoint: endpointOf(path, live, path.target), clientAddresses: clientAddressesOf(live), signal },
        wanted,
      ),
    origin: {
      behave: (behaviour, count) => live.origin.behave(behaviour, count),
      take: () => live.origin.take(),
      plan: (plays, deadlineMs, asking) => live.origin.plan(plays, deadlineMs, asking),
      played: (plays, waitMs) => live.origin.played(plays, waitMs),
    },
    actions: (host) => (hostsOf(path).includes(host) ? acting.of(live).possible(host) : []),
    oldProcesses: (host) => acting.of(live).oldProcesses(host),
    act: (action) => acting.act(live, action),
  };
}

/** The first host of the path as the client reaches it: the first proxy, or the origin itself. */
function endpointOf(path: Path, { topology }: LiveTopology, target: string): Endpoint {
  const name = path.proxies[0]?.name ?? 'origin';
  const host = topology.hosts.find((candidate) => candidate.name === name);
  const network = host === undefined ? undefined : networksOf(topology, host)[0];
  if (host === undefined || network === undefined)
    throw new HarnessError('LAB_ERR_NOT_READY', `host ${name} of path ${path.id} has no address`);
  const { entry, port, tls } = path;
  const address = addressOf(topology, host, network);
  if (entry === undefined) return { host: address, port, tls, serverName: 'hopscope.test', target, hostHeader: `hopscope.test:${port}` };
  const authorization = path.proxies[0]?.world?.authorization;
  const isUsualPort = port === (tls ? 443 : 80);
  const hostHeader = isUsualPort ? entry.host : `${entry.host}:${port}`;
  return {
    host: entry.address ?? address,
    port,
    tls,
    serverName: isIP(entry.host) === 0 ? entry.host : 'hopscope.test',
    target,
    hostHeader,
    ...(authorization === undefined ? {} : { authorization }),
  };
}

/** What loads may connect from. Paths of one topology share a client, so a control path has the addresses that are wanted for a subject. */
function clientAddressesOf({ topology }: LiveTopology): readonly string[] {
  const client = topology.hosts.find(({ role }) => role === 'client');
  return client === undefined ? [] : addressesOf(topology, client, 0);
}

function recordMissingPaths(plan: RunPlan, placed: ReadonlyMap<string, Placed>, live: ReadonlyMap<string, LivePath>): void {
  for (const { path, live: topology } of placed.values()) {
    if (live.has(path.id)) continue;
    const failure = path.proxies.flatMap(({ name }) => topology.failures.get(name) ?? [])[0];
    const code = failure?.code ?? 'LAB_ERR_HOST_DIED';
    const because = failure?.message ?? `a proxy of path ${path.id} does not run`;
    recordMissing(plan, path, code, because);
  }
}

function recordMissing({ folder, scenarios }: RunPlan, path: Path, code: string, because: string): void {
  for (const { scenario } of scenarios.filter((one) => isAskedOf(one.scenario, path)))
    folder.append('absences', { path: path.id, scenario: scenario.id, what: 'path', code, because });
}

function contextOf(plan: RunPlan, scenario: Scenario, options: object, { live, placed, shells, acting }: Up): ScenarioContext<object> {
  const { folder, signal } = plan;
  const watchSockets = (where: readonly Placed[]): SocketWatch => new SocketWatch(where, scenario.id, { folder, shells });
  const observation = {
    folder,
    signal,
    watchSockets: scenario.sampleSockets === true ? watchSockets : null,
    sampleUsage: scenario.sampleUsage === true,
  };
  return {
    options,
    seed: plan.seed,
    loads: plan.loads ?? {},
    browserProgram: plan.browserProgram ?? null,
    timeScale: plan.timeScale ?? UNSCALED,
    signal,
    paths: [...live.values()].filter(({ path }) => isAskedOf(scenario, path)),
    record: (kind, evidence) => folder.append(kind, evidence),
    progress: (what, done, total) => plan.onProgress(scenario.id, `${what}, ${done} of ${total} done`),
    stimulus: async (on, run) => {
      const driven = (Array.isArray(on) ? on : [on]) as readonly LivePath[];
      const where = driven.flatMap(({ path }) => placed.get(path.id) ?? []);
      await observe(where, scenario.id, observation, () => withActions(driven, run));
      const touched = where.filter(({ path }) => (path.actions ?? []).length > 0);
      if (signal.aborted) return;
      await Promise.all(touched.map(({ live: topology }) => acting.of(topology).restore()));
      // A driver that ended in a load; actions on hosts have started theirs again.
      await Promise.all(where.map(({ live: topology }) => topology.drivers.revive()));
    },
  };
}
