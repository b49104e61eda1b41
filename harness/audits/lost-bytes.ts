import { defineAudit } from './audit.ts';
import { judgePlays, type PlayFault } from './judge-plays.ts';
import { ownStallMs } from './own-stall.ts';
import { directionsOf, halfClosedBy, type Play, type PlayDirection } from './play-directions.ts';
import { tunnelMeasures } from './tunnel-measures.ts';

/** What is still under way when the time of a play is over was not lost. */
const UNDER_WAY_MS = 250;

/** Every byte that was sent and is owed must come. */
export const lostBytes = defineAudit({
  id: 'lost-bytes',
  title: 'Every byte sent through the tunnel came',
  failureTitle: 'Bytes were lost in the tunnel',
  cite: 'RFC 9293 section 3.8, RFC 9110 section 7.8',
  requires: ['plays', 'hosts'],
  judges: ['plays'],
  evaluate: (input) =>
    judgePlays(input, {
      auditId: 'lost-bytes',
      well: 'carried every byte they owed',
      concerns: (play) => owed(play).length > 0,
      faultOf,
      measures: tunnelMeasures,
    }),
});

/** The direction that goes on after a half-close is what unpassed-half-close judges. */
const owed = (play: Play): readonly PlayDirection[] => {
  const closer = halfClosedBy(play);
  const after = closer === null ? null : closer === 'client' ? 'to-client' : 'to-origin';
  return directionsOf([play]).filter(({ owes, direction }) => owes === 'all' && direction !== after);
};

function faultOf(play: Play): PlayFault | null {
  for (const one of owed(play)) {
    const { sent, received, direction } = one;
    const { withinMs } = play.expectation;
    const lost = sent.bytes - received.bytes;
    const late = withinMs === undefined ? 0 : tookMs(play, sent.lastAtMs ?? 0, received.lastAtMs ?? 0) - withinMs;
    const sender = direction === 'to-origin' ? 'the client' : 'the origin';
    if (lost > 0 && !wasUnderWay(one))
      return { play, direction, did: `lost ${lost} of the ${sent.bytes} bytes that ${sender} sent`, measures: { lostBytes: lost } };
    if (lost === 0 && late > 0)
      return {
        play,
        direction,
        did: `held bytes of ${sender} for ${Math.round(late + (withinMs ?? 0))} ms`,
        measures: { lateMs: Math.round(late) },
      };
  }
  return null;
}

/** What of a time both ends could run. */
const tookMs = (play: Play, fromMs: number, untilMs: number): number => untilMs - fromMs - ownStallMs(play, fromMs, untilMs);

/** An end that was cut off by its own deadline while bytes still came says nothing of those behind. */
function wasUnderWay({ play, sender, receiver, sent, received }: PlayDirection): boolean {
  const deadline = [...sender.events, ...receiver.events].find(({ kind }) => kind === 'deadline');
  if (deadline === undefined) return false;
  return tookMs(play, Math.max(sent.lastAtMs ?? 0, received.lastAtMs ?? 0), deadline.atMs) < UNDER_WAY_MS;
}
