import type { CaptureEvidence, LegEvidence } from '../model/evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import { unknownBlame } from './unknown-blame.ts';

/**
 * Blames what stands between the two ends of a leg: packets left one end and never came to the other, or came without having been sent. Nobody is
 * named where a leg crosses several links.
 */
export function blameLinkOf(leg: LegEvidence, direction: Direction, because: string, confidence: Confidence): Blame {
  const [link, another] = leg.links;
  if (link === undefined || another !== undefined)
    return unknownBlame(`${because}; the leg crosses ${leg.links.length} links, and the captures cannot tell which`);
  return { host: link, leg: leg.leg, direction, confidence, because, config: null, innocent: [] };
}

/**
 * Two captures that lost nothing are two instruments that agree. When a capture may have lost packets itself, what is missing in it proves little;
 * when it did, nothing.
 */
export function confidenceIn(leg: LegEvidence, captures: readonly CaptureEvidence[]): Confidence {
  const files = [leg.nearFile, leg.farFile];
  const drops = files.map((name) => captures.find((capture) => name !== null && capture.files.includes(name))?.droppedPackets ?? null);
  if (drops.some((dropped) => dropped !== null && dropped > 0)) return 'unknown';
  return drops.every((dropped) => dropped === 0) ? 'certain' : 'likely';
}
