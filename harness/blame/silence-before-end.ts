import type { LegEvidence, LegStream } from '../model/wire-evidence.ts';

/** A FIN follows what was said last, a TLS alert for one, at once. */
const AT_ONCE_MS = 100;

/**
 * How long a socket was silent before it was ended, by the packets of its client leg, in milliseconds; null where no capture shows a silence that
 * its end broke. A program on a busy machine stamps what it sees late, a capture does not.
 */
export function silenceBeforeEnd(clientLeg: LegEvidence | undefined): number | null {
  const gaps = [clientLeg?.far ?? null, clientLeg?.near ?? null].flatMap((seen) => (seen === null ? [] : (gapOf(seen) ?? [])));
  return gaps[0] ?? null;
}

function gapOf({ closing, idleGaps }: LegStream): number | null {
  const end = closing.find(({ kind }) => kind === 'fin' || kind === 'rst');
  if (end === undefined) return null;
  const last = idleGaps.findLast(({ startedAtMs, gapMs }) => Math.abs(startedAtMs + gapMs - end.atMs) <= AT_ONCE_MS);
  return last?.gapMs ?? null;
}
