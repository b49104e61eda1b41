import { legsOf } from '../model/path.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import { doubtAboutBoth } from './capture-trust.ts';
import { framePlace } from './packet-place.ts';
import { disagreementAbout, type PacketGround } from './packet-ground.ts';

/**
 * Who sent the client frames that RFC 6455 forbids, so that it had to fail the connection: the host that sent them although none had come to it. Null
 * where the captures show no such frame, or not at every place that would have to be looked at.
 */
export function blameBrokenFrames(ground: PacketGround): Blame | null {
  const legs = legsOf(ground.path).toReversed();
  for (const [index, { name, to }] of legs.entries()) {
    const here = trusted(name, ground);
    if (here === null) return null;
    const first = here.find((leg) => brokenIn(leg, 'far') !== null);
    const broken = first === undefined ? null : brokenIn(first, 'far');
    if (first === undefined || broken === null) continue;
    // What came to a proxy was looked at as sent; it must not have come broken either.
    const before = legs[index - 1];
    if (before !== undefined && trusted(before.name, ground)?.some((leg) => brokenIn(leg, 'near') !== null) !== false) return null;
    const confidence: Confidence = brokenIn(first, 'near') === null ? 'likely' : 'certain';
    const because = `${to} sent frames that RFC 6455 forbids (${broken.because}, ${framePlace(first.farFile, broken.frame, ground.captures)}), and the client failed the connections`;
    return { host: to, leg: name, direction: 'to-client', confidence, because, config: null, innocent: [] };
  }
  return null;
}

/** The connections of a leg; null where one of them is doubted or cannot be read. */
function trusted(name: string, ground: PacketGround): readonly LegEvidence[] | null {
  const legs = ground.legs.filter(({ leg }) => leg === name);
  const isReadable = (leg: LegEvidence): boolean =>
    doubtAboutBoth(leg, ground) === null &&
    disagreementAbout(leg, ground.instruments) === null &&
    leg.far !== null &&
    (leg.far.tls === null || leg.far.tls.decrypted);
  return legs.length > 0 && legs.every(isReadable) ? legs : null;
}

/** Frames that a capture cut off cannot be read either, and are no fault. */
const brokenIn = (leg: LegEvidence, side: 'near' | 'far') =>
  leg[side]?.webSocket?.unreadable.find(({ from, because }) => from === 'b' && !because.includes('not in the capture')) ?? null;
