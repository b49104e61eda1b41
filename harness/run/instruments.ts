import type { CaptureEvidence, InstrumentEvidence, LegEvidence } from '../model/wire-evidence.ts';
import { type Leg, legsOf, type Path } from '../model/path.ts';
import { checkInstruments, type InstrumentCounts } from './instrument-check.ts';
import type { ScenarioCounts } from './scenario-counters.ts';

/** What was counted in one topology during one scenario. */
export interface Counted {
  readonly scenario: string;
  /** Kernels then count resends that no capture can show, so the two are not compared. */
  readonly cutsInHosts?: boolean;
  /** Connections of all paths of the topology. */
  readonly legs: readonly LegEvidence[];
  readonly captures: readonly CaptureEvidence[];
  readonly counts: ScenarioCounts;
}

/**
 * Compares injector, kernels and captures on every leg of a path. A kernel counts all that its host sends and a link all that crosses it, whatever path it
 * belongs to, so the captures are summed up alike: what is compared belongs to the two hosts and the links of the leg.
 */
export function instrumentsOf(path: Path, counted: Counted): readonly InstrumentEvidence[] {
  const captured = legsOf(path).filter((leg) => counted.legs.some((one) => one.path === path.id && one.leg === leg.name));
  return captured.flatMap((leg) => {
    const hosts = [leg.from, leg.to];
    const counts: InstrumentCounts = {
      path: path.id,
      scenario: counted.scenario,
      leg: leg.name,
      injectorDropped: sumOrNull(leg.links.map((name) => injectorDropped(path, name, counted.counts))),
      captureLost: sumOrNull(lostOnLinks(leg, counted.legs, counted.counts)),
      captureResent: sumOrNull(hosts.map((host) => captureResent(host, counted.legs))),
      kernelResent: counted.cutsInHosts === true ? null : sumOrNull(hosts.map((host) => counted.counts.resentSegs.get(host) ?? null)),
      captureDropped: captureDropped(leg, path, counted),
    };
    return isComparable(counts) ? [checkInstruments(counts)] : [];
  });
}

/** Whether any two instruments measured the same thing. */
const isComparable = ({ injectorDropped, captureLost, captureResent, kernelResent }: InstrumentCounts): boolean =>
  (injectorDropped !== null && captureLost !== null) || (captureResent !== null && kernelResent !== null);

/** A part that is not known makes the sum unknown. */
const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

function injectorDropped(path: Path, name: string, { droppedPackets }: ScenarioCounts): number | null {
  if (path.links.find((link) => link.name === name)?.impairments.length === 0) return 0;
  return droppedPackets.get(name) ?? null;
}

/**
 * What connections lost on the links of a leg. Of one that crosses other links too, where it lost is known only if those dropped nothing; it is left out where the
 * links of this leg drop nothing themselves.
 */
function lostOnLinks(leg: Leg, legs: readonly LegEvidence[], { droppedPackets }: ScenarioCounts): readonly (number | null)[] {
  const crossing = once(legs.filter(({ links }) => links.some((link) => leg.links.includes(link))));
  const isClean = leg.links.every((link) => !droppedPackets.has(link));
  return crossing.flatMap((one) => {
    // Null: it dropped nobody knows how many.
    const isMixed = one.links.some((link) => !leg.links.includes(link) && droppedPackets.has(link) && droppedPackets.get(link) !== 0);
    if (isMixed) return isClean ? [] : [null];
    return [lostOf(one)];
  });
}

/** By the captures at the host itself, on all of its legs: what a kernel counts together. */
const captureResent = (host: string, legs: readonly LegEvidence[]): number | null =>
  sumOrNull([
    ...once(legs.filter(({ from }) => from === host)).map(({ near, nearFile }) => near?.resent.aToB.segs ?? unseen(nearFile)),
    ...once(legs.filter(({ to }) => to === host)).map(({ far, farFile }) => far?.resent.bToA.segs ?? unseen(farFile)),
  ]);

/** A capture that has nothing of a connection says that nothing of it was sent or came there. */
const unseen = (file: string | null): number | null => (file === null ? null : 0);

/** Packets of a connection that left one end and did not come to the other. */
function lostOf({ transit, near, far, nearFile, farFile }: LegEvidence): number | null {
  if (transit !== null) return transit.lost.nearToFar + transit.lost.farToNear;
  const isOneSided = near === null ? far?.packets.aToB === 0 : far === null && near.packets.bToA === 0;
  // What came from the other end was captured there too, unless that capture lost it.
  return nearFile === null || farFile === null || !isOneSided ? null : (near?.packets.aToB ?? 0) + (far?.packets.bToA ?? 0);
}

/** Paths without a proxy may share their only leg. */
const once = (legs: readonly LegEvidence[]): readonly LegEvidence[] => [
  ...new Map(legs.map((leg) => [`${leg.nearFile} ${leg.farFile} ${leg.clientPort} ${leg.startedAtMs}`, leg])).values(),
];

function captureDropped(leg: Leg, path: Path, { legs, captures }: Counted): number | null {
  const own = legs.filter((one) => one.path === path.id && one.leg === leg.name);
  const files = new Set(own.flatMap(({ nearFile, farFile }) => [nearFile, farFile]));
  return sumOrNull(captures.filter((capture) => capture.files.some((file) => files.has(file))).map(({ droppedPackets }) => droppedPackets));
}
