import { outcomeLabel } from '../model/outcome.ts';
import { defineAudit } from './audit.ts';
import { judgePlays, type PlayFault } from './judge-plays.ts';
import { ownStallMs } from './own-stall.ts';
import { halfClosedBy, type Play, scriptedFinMs } from './play-directions.ts';

/** How long a FIN may be under way before it counts as held back. */
const PATIENCE_MS = 300;

/** The FIN of one end must reach the other, and the other direction must go on (RFC 9293 section 3.6). */
export const unpassedHalfClose = defineAudit({
  id: 'unpassed-half-close',
  title: 'The end of one direction was passed on, and the other went on',
  failureTitle: 'A half-close was not passed on',
  cite: 'RFC 9293 section 3.6',
  requires: ['plays', 'hosts'],
  judges: ['plays'],
  evaluate: (input) =>
    judgePlays(input, {
      auditId: 'unpassed-half-close',
      well: 'passed the end of one direction on and kept the other',
      concerns: (play) => outcomeLabel(play.outcome) === '101' && halfClosedBy(play) !== null && wasWatched(play),
      faultOf,
    }),
});

interface HalfClose {
  readonly closer: 'client' | 'origin';
  readonly atMs: number;
  readonly first: Play['client'];
  readonly other: Play['client'];
}

function halfCloseOf(play: Play): HalfClose | null {
  const closer = halfClosedBy(play);
  if (closer === null || play.origin === null) return null;
  const [first, other] = closer === 'client' ? [play.client, play.origin] : [play.origin, play.client];
  return { closer, first, other, atMs: scriptedFinMs(first) ?? play.startedAtMs };
}

const endCameMs = (end: Play['client']): number | null =>
  end.events.find(({ kind }) => kind === 'fin-came' || kind === 'reset-came')?.atMs ?? null;

/** A play whose time was over soon after the FIN shows nothing, unless the FIN had come by then; nor does the time in which our own ends could not run. */
function wasWatched(play: Play): boolean {
  const half = halfCloseOf(play);
  if (half === null) return false;
  const deadline = [...half.first.events, ...half.other.events].find(({ kind }) => kind === 'deadline')?.atMs ?? Infinity;
  const fromMs = endCameMs(half.other) ?? half.atMs;
  return deadline - fromMs - ownStallMs(play, fromMs, deadline) >= PATIENCE_MS;
}

function faultOf(play: Play): PlayFault | null {
  const half = halfCloseOf(play);
  if (half === null) return null;
  const { closer, first, other, atMs } = half;
  const direction = closer === 'client' ? ('to-origin' as const) : ('to-client' as const);
  const back = closer === 'client' ? ('to-client' as const) : ('to-origin' as const);
  const cameMs = endCameMs(other);
  const deadlineMs = first.events.find(({ kind }) => kind === 'deadline')?.atMs ?? Infinity;
  if (cameMs === null || cameMs >= deadlineMs)
    return {
      play,
      direction,
      did: `did not pass the FIN of the ${closer} on`,
      measures: { watchedMs: Math.round(Math.min(deadlineMs, play.endedAtMs) - atMs) },
    };
  const owed = play.expectation[closer === 'client' ? 'toClient' : 'toOrigin'];
  const lost = other.sent.bytes - first.received.bytes;
  const isCut = lost > 0 || other.steps.some(({ endedAtMs }) => endedAtMs === null);
  if (owed !== 'all' || !isCut) return null;
  const did = `ended both directions when the ${closer} had ended its own${lost > 0 ? `: ${lost} bytes did not come back to it` : ''}`;
  return { play, direction: back, did, measures: { lostBytes: Math.max(0, lost) } };
}
