import { join } from 'node:path';
import { analyseInterface, type AnalysedCapture } from '../analyze/analyse-interface.ts';
import { compareEnds, type LoggedStream } from '../analyze/match-legs.ts';
import { turnStream } from '../analyze/turn-stream.ts';
import { addressesOf, networksOf, type Topology } from '../lab/topology.ts';
import type { RttSummary, StreamSeen } from '../model/capture-analysis.ts';
import type { ExchangeSeen } from '../model/content-analysis.ts';
import type { CaptureEvidence, LegEvidence, LegStream } from '../model/wire-evidence.ts';
import { type Leg, legsOf, type Path } from '../model/path.ts';
import { foldQuietLegs } from './fold-legs.ts';
import { instrumentsOf } from './instruments.ts';
import type { RunFolder } from './run-folder.ts';
import type { ScenarioCounts } from './scenario-counters.ts';

/** A topology with what was counted in it while a scenario was captured. */
export interface CountedTopology {
  readonly topology: Topology;
  readonly counts: ScenarioCounts;
}

/** The captures of one scenario. */
export interface CapturedScenario {
  readonly scenario: string;
  /** See Scenario. */
  readonly cutsInHosts: boolean;
  readonly folder: RunFolder;
  readonly captures: readonly CaptureEvidence[];
}

/** One end of a leg: what the capture there shows. */
interface End {
  readonly addresses: readonly string[];
  readonly file: string | null;
  readonly analysed: AnalysedCapture | null;
}

/**
 * Reads what was captured at both ends of every leg in one scenario and records each connection as it was seen at both. The captures themselves stay in the
 * run folder.
 */
export async function recordLegs(topologies: readonly CountedTopology[], captured: CapturedScenario): Promise<void> {
  const { scenario, cutsInHosts, folder, captures } = captured;
  const untilMs = captures.reduce((least, { completeUntilMs }) => Math.min(least, completeUntilMs ?? least), Number.POSITIVE_INFINITY);
  for (const { topology, counts } of topologies) {
    const legs = await legsIn(topology, captured, untilMs);
    for (const leg of foldQuietLegs(legs)) folder.append('legs', leg);
    for (const path of topology.paths)
      for (const check of instrumentsOf(path, { scenario, cutsInHosts, legs, captures, counts })) folder.append('instruments', check);
  }
}

async function legsIn(
  topology: Topology,
  { scenario, folder, captures }: CapturedScenario,
  untilMs: number,
): Promise<readonly LegEvidence[]> {
  const legs: LegEvidence[] = [];
  const analysed = new Map<string, Promise<AnalysedCapture>>();
  const endOf = async (host: string, link: string | undefined): Promise<End> => {
    const key = `${host} ${link}`;
    const capture = captures.find((one) => one.host === host && one.link === link && one.paths.some((id) => isOf(topology, id)));
    const addresses = addressesAt(topology, host, link);
    if (capture === undefined || capture.files.length === 0) return { addresses, file: null, analysed: null };
    const files = capture.files.map((file) => join(folder.dir, file));
    const reading = analysed.get(key) ?? analyseInterface(files, untilMs);
    analysed.set(key, reading);
    return { addresses, file: capture.files[0] ?? null, analysed: await reading };
  };
  for (const path of topology.paths) {
    for (const leg of legsOf(path)) {
      const [near, far] = [await endOf(leg.from, leg.links[0]), await endOf(leg.to, leg.links.at(-1))];
      for (const seen of connectionsOf(near, far)) legs.push(legEvidence(path, scenario, leg, near, far, seen));
    }
  }
  return legs;
}

const isOf = ({ paths }: Topology, id: string): boolean => paths.some((path) => path.id === id);

function addressesAt(topology: Topology, name: string, linkName: string | undefined): readonly string[] {
  const host = topology.hosts.find((candidate) => candidate.name === name);
  const link = topology.links.find((candidate) => candidate.name === linkName);
  const network = link?.network ?? (host === undefined ? undefined : networksOf(topology, host)[0]);
  return host === undefined || network === undefined ? [] : addressesOf(topology, host, network);
}

interface Connection {
  readonly near: LoggedStream | null;
  readonly far: LoggedStream | null;
}

/** Connections between the addresses of a leg's two ends, as both captures show them. */
function connectionsOf(near: End, far: End): readonly Connection[] {
  const [atNear, atFar] = [streamsBetween(near, near, far), streamsBetween(far, near, far)];
  const left = new Set(atFar);
  const connections = atNear.map((stream): Connection => {
    const same = [...left].find((other) => isSamePair(stream.seen, other.seen) && overlaps(stream, other));
    if (same !== undefined) left.delete(same);
    return { near: stream, far: same ?? null };
  });
  return [...connections, ...[...left].map((stream): Connection => ({ near: null, far: stream }))];
}

/** Without the brackets around an IPv6 address. */
const hostOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
const isSamePair = (one: StreamSeen, other: StreamSeen): boolean =>
  [one.a, one.b].toSorted().join(' ') === [other.a, other.b].toSorted().join(' ');

/** Both captures are of one machine, hence of one clock. */
const overlaps = ({ seen: one }: LoggedStream, { seen: other }: LoggedStream): boolean =>
  one.startedAtMs <= other.endedAtMs + 1000 && other.startedAtMs <= one.endedAtMs + 1000;

function streamsBetween({ analysed }: End, near: End, far: End): readonly LoggedStream[] {
  const [ofNear, ofFar] = [new Set(near.addresses), new Set(far.addresses)];
  const isBetween = (a: string, b: string): boolean => ofNear.has(a) && ofFar.has(b);
  return (analysed?.streams ?? []).filter(({ seen }) => {
    const [a, b] = [hostOf(seen.a), hostOf(seen.b)];
    return isBetween(a, b) || isBetween(b, a);
  });
}

/** The stream with the leg's nearer host as `a`: a connection that was kept alive from before may begin with the other's packet. */
const openedFrom = ({ addresses }: End, seen: StreamSeen): StreamSeen => (addresses.includes(hostOf(seen.a)) ? seen : turnStream(seen));

/** A run has thousands of connections. */
function kept({ flags: _, flagsByDirection: __, ...seen }: StreamSeen): LegStream {
  const isUpgrade = ({ headers }: ExchangeSeen): boolean => headers.some(({ name }) => /^(?:upgrade|sec-websocket-key)$/i.test(name));
  const short = (rtt: RttSummary | null): RttSummary | null => (rtt === null ? null : { ...rtt, overTime: [] });
  return {
    ...seen,
    exchanges: seen.exchanges.filter((exchange, index) => index === 0 || isUpgrade(exchange)),
    rtt: { aToB: short(seen.rtt.aToB), bToA: short(seen.rtt.bToA) },
  };
}

const portOf = (endpoint: string | undefined): number => Number(endpoint?.slice(endpoint.lastIndexOf(':') + 1) ?? 0);

function legEvidence(
  path: Path,
  scenario: string,
  leg: Leg,
  near: End,
  far: End,
  { near: nearStream, far: farStream }: Connection,
): LegEvidence {
  const nearSeen = nearStream === null ? null : openedFrom(near, nearStream.seen);
  const farSeen = farStream === null ? null : openedFrom(near, farStream.seen);
  const seen = nearSeen ?? farSeen;
  return {
    path: path.id,
    scenario,
    leg: leg.name,
    from: leg.from,
    to: leg.to,
    links: leg.links,
    startedAtMs: seen?.startedAtMs ?? 0,
    endedAtMs: Math.max(nearSeen?.endedAtMs ?? 0, farSeen?.endedAtMs ?? 0),
    clientPort: portOf(seen?.a),
    serverPort: portOf(seen?.b),
    near: nearSeen === null ? null : kept(nearSeen),
    far: farSeen === null ? null : kept(farSeen),
    transit: nearStream === null || farStream === null || nearSeen === null ? null : compareEnds(nearStream, farStream, nearSeen.a),
    nearFile: near.file,
    farFile: far.file,
  };
}
