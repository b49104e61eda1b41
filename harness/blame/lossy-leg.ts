import type { CaptureEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import { percent, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { blameLinkOf, onControlPath } from './blame-link.ts';
import { captureOf, faultOf } from './capture-trust.ts';
import { legLosses } from './leg-losses.ts';
import type { LegLoss } from './leg-losses.ts';
import { clearlyExceeds } from './retransmission.ts';
import { unknownBlame } from './unknown-blame.ts';

interface LegLossCase {
  readonly path: Path;
  readonly controlPath: Path;
  /** Of one scenario. */
  readonly subject: readonly LegEvidence[];
  readonly control: readonly LegEvidence[];
  readonly captures: readonly CaptureEvidence[];
}

/**
 * Which leg lost the segments that were sent again, by the captures at both of its ends: the only one that lost clearly more of its packets in some direction
 * than the control path in the same. Null when the captures do not decide.
 */
export function blameLossyLeg({ path, controlPath, subject, control, captures }: LegLossCase): Blame | null {
  const there = lossesOf(control, captures);
  const suspects = lossesOf(subject, captures).flatMap((loss) => {
    const same = there.filter(({ direction }) => direction === loss.direction);
    const [here, reference] = [proportionOf([loss]), proportionOf(same)];
    return same.length > 0 && clearlyExceeds(here, reference) ? [{ loss, here, reference }] : [];
  });
  const [first] = suspects;
  if (first === undefined || suspects.some(({ loss }) => loss.leg !== first.loss.leg)) return null;
  const parts = suspects.map(
    ({ loss, here, reference }) => `${percent(share(here))} ${loss.direction} (${percent(share(reference))} on the control path)`,
  );
  const because = `on the leg ${first.loss.leg} packets left one end and did not come to the other: ${parts.join(', ')}`;
  // Two links that are told to do the same may differ by chance.
  const confidence = onControlPath(first.loss, path, controlPath) === 'other' ? 'certain' : 'likely';
  const blame = blameLinkOf(first.loss, first.loss.direction, because, confidence);
  return suspects.length === 1 ? blame : { ...blame, direction: null };
}

/** Where link counters and captures each name a link, they must name the same. */
export function agreedBlame(byCounters: Blame, byCaptures: Blame | null): Blame {
  if (byCaptures === null || byCaptures.host === 'unknown') return byCounters;
  if (byCounters.host === 'unknown') return byCaptures;
  if (byCounters.host === byCaptures.host)
    return {
      ...byCounters,
      direction: byCounters.direction ?? byCaptures.direction,
      because: `${byCounters.because}; ${byCaptures.because}`,
    };
  return unknownBlame(`${byCounters.because}, but ${byCaptures.because}: the instruments do not agree`);
}

/** Those that are known of all connections, from captures that are whole. */
function lossesOf(legs: readonly LegEvidence[], captures: readonly CaptureEvidence[]): readonly LegLoss[] {
  const files = new Set(legs.flatMap(({ nearFile, farFile }) => [nearFile, farFile]));
  const isWhole = [...files].every((file) => {
    const capture = captureOf(file, captures);
    return capture === undefined || faultOf(capture) === null;
  });
  return isWhole ? legLosses(legs).filter(({ lostPackets }) => lostPackets !== null) : [];
}

const proportionOf = (losses: readonly LegLoss[]): Proportion => ({
  hits: losses.reduce((sum, { lostPackets }) => sum + (lostPackets ?? 0), 0),
  total: losses.reduce((sum, { segs }) => sum + segs, 0),
});
