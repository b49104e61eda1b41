import type { CaptureEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { Confidence } from '../model/finding.ts';
import type { LegSide, PacketGround } from './packet-ground.ts';

/** The capture of a file of the run folder; undefined when nothing is known of it. */
export const captureOf = (file: string | null, captures: readonly CaptureEvidence[]): CaptureEvidence | undefined =>
  file === null ? undefined : captures.find(({ files }) => files.includes(file));

/**
 * Why it proves nothing that the capture at one end of a leg does not show a packet which would have been there at `atMs` (Unix ms); null when it does. A
 * capture that lost packets, wrote over its older ones or was over by then may have missed it.
 */
export function doubtAbout(leg: LegEvidence, side: LegSide, atMs: number, ground: PacketGround): string | null {
  const [host, file] = side === 'near' ? [leg.from, leg.nearFile] : [leg.to, leg.farFile];
  if (file === null) return `there is no capture at ${host}`;
  const capture = captureOf(file, ground.captures);
  const words = capture === undefined ? null : faultOf(capture);
  if (words !== null) return words;
  const untilMs = capture?.completeUntilMs ?? lastPacketMs(file, ground.legs);
  return untilMs < atMs ? `the capture at ${host} may have been over by then` : null;
}

/** The same for both ends of a leg, as far as it does not depend on the time. */
export function doubtAboutBoth(leg: LegEvidence, ground: PacketGround): string | null {
  return doubtAbout(leg, 'near', -Infinity, ground) ?? doubtAbout(leg, 'far', -Infinity, ground);
}

/** What makes a capture incomplete, in words; null when it is complete as far as is known. */
export function faultOf({ host, droppedPackets, rotatedOut }: CaptureEvidence): string | null {
  if (droppedPackets !== null && droppedPackets > 0) return `the capture at ${host} lost ${droppedPackets} packets itself`;
  return rotatedOut ? `the capture at ${host} wrote over its older packets` : null;
}

/** Two captures that are known to have lost nothing are two instruments that agree; what a capture cannot say of itself makes it one. */
export function confidenceIn(leg: LegEvidence, captures: readonly CaptureEvidence[]): Confidence {
  const isWhole = (file: string | null): boolean => captureOf(file, captures)?.droppedPackets === 0;
  return isWhole(leg.nearFile) && isWhole(leg.farFile) ? 'certain' : 'likely';
}

/** Without a word of when a capture ended, it is known to have run until the last packet of any connection in it. */
const lastPacketMs = (file: string, legs: readonly LegEvidence[]): number =>
  legs.reduce(
    (last, { nearFile, farFile, near, far }) =>
      Math.max(last, nearFile === file ? (near?.endedAtMs ?? last) : last, farFile === file ? (far?.endedAtMs ?? last) : last),
    -Infinity,
  );
