import type { Blame } from '../model/finding.ts';
import type { Impairment } from '../model/impairment.ts';
import type { Path } from '../model/path.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { blameLinkOf, onControlPath } from './blame-link.ts';
import { unknownBlame } from './unknown-blame.ts';

interface SlowCase {
  readonly path: Path;
  readonly controlPath: Path;
  /** Of one scenario. */
  readonly subject: readonly LegEvidence[];
  readonly control: readonly LegEvidence[];
  /** By how much the median echo is later than on the control path; Infinity when it is not. */
  readonly addedMs: number;
  readonly because: string;
}

/** The part of what was added that the packets of a leg must have spent between its two captures before its link is named. */
const MOST_OF_IT = 0.5;

/** What costs time by chance, or by what else is under way: two paths over the same such links differ without anybody's doing. */
const BY_CHANCE: ReadonlySet<Impairment['kind']> = new Set(['loss', 'loss-nth', 'loss-burst', 'loss-tail', 'jitter', 'reorder']);

/**
 * Where time was added on a path with a device under test on a link: that link, where its packets took so much longer between the two captures than all
 * links of the control path together; else nobody, because a device that loses or reorders costs time at the ends. Nobody either where links cost
 * time by chance. Null on other paths.
 */
export function blameSlowLink({ path, controlPath, subject, control, addedMs, because }: SlowCase): Blame | null {
  const suspects = subject.filter((leg) => onControlPath(leg, path, controlPath) === 'other');
  const isUnderTest = path.links.some(({ impairments }) => impairments.some((one) => one.subject === true));
  const isByChance = path.links.some(({ impairments }) => impairments.some(({ kind }) => BY_CHANCE.has(kind)));
  if (!isUnderTest) return isByChance ? unknownBlame(`${because}; the links cost time by chance, so nobody is accused`) : null;
  const there = roundTripOf(control) ?? 0;
  for (const legs of Map.groupBy(suspects, ({ leg }) => leg).values()) {
    const here = roundTripOf(legs);
    const [first] = legs;
    if (first === undefined || here === null || here - there < addedMs * MOST_OF_IT) continue;
    const words = `packets took ${ms(here)} over ${first.links.join(', ')} and back, by the captures at both ends, and ${ms(there)} on the control path`;
    return { ...blameLinkOf(first, 'to-origin', `${because}; ${words}`, 'certain'), direction: null };
  }
  return unknownBlame(`${because}; whether the device under test or a proxy adds it was not measured`);
}

/** One leg: how long packets took over its links there and back, on average, and the connections that tell it. */
interface Crossing {
  readonly leg: LegEvidence;
  readonly ms: number;
  readonly connections: number;
}

/** Connections of one leg. Null when nothing was paired. */
export function crossingOf(legs: readonly LegEvidence[]): Crossing | null {
  const ms = roundTripOf(legs);
  const [leg] = legs;
  return leg === undefined || ms === null ? null : { leg, ms, connections: legs.filter(({ transit }) => transit !== null).length };
}

/** Both directions together, so that the offset of the clocks does not matter; the mean of all packets. Null when nothing was paired. */
export function roundTripOf(legs: readonly LegEvidence[]): number | null {
  const meanOf = (direction: 'nearToFar' | 'farToNear', way: 'aToB' | 'bToA'): number | null => {
    let [packets, sum] = [0, 0];
    for (const { transit, near, far } of legs) {
      const time = transit?.transitMs?.[direction] ?? null;
      const count = (direction === 'nearToFar' ? near : far)?.packets[way] ?? 0;
      if (time === null) continue;
      packets += count;
      sum += count * time.meanMs;
    }
    return packets === 0 ? null : sum / packets;
  };
  const [out, back] = [meanOf('nearToFar', 'aToB'), meanOf('farToNear', 'bToA')];
  return out === null || back === null ? null : out + back;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
