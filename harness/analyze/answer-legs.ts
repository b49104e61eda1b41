import { streamFinder, type StreamPlace } from '../measure/connections.ts';
import type { Deafness, LegSeen, ResetTransit } from '../model/capture-analysis.ts';
import { lasting, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, Names, Told } from './answer-words.ts';

/** A packet that takes this much longer than the quickest of its direction was held back. */
const HELD_MS = 50;
/** A silence before it makes a connection that goes deaf one that was forgotten. */
const SILENCE_MS = 1000;

interface Way {
  readonly leg: LegSeen;
  readonly from: StreamPlace;
  readonly to: StreamPlace;
}

/**
 * What only the captures of both ends prove: resets that neither end sent or that were held back on the way, and connections of which one direction
 * stopped arriving. What stands between the two places of capture did that; which box it is the captures do not say.
 */
export function legsTold(analysis: AnalysisFacts): readonly Told[] {
  const names = namesOf(analysis.captures);
  const resets = analysis.legs.flatMap((leg) => leg.resets.map((reset) => ({ leg, reset })));
  const forged = resets.filter(({ reset }) => reset.transitMs === null);
  const held = resets.filter(({ reset }) => heldMs(reset) >= HELD_MS).toSorted((a, b) => heldMs(b.reset) - heldMs(a.reset));
  const deaf = analysis.legs
    .flatMap((leg): readonly (Way & { readonly deafness: Deafness | null })[] => [
      { leg, from: leg.near, to: leg.far, deafness: leg.deaf.nearToFar },
      { leg, from: leg.far, to: leg.near, deafness: leg.deaf.farToNear },
    ])
    .flatMap(({ deafness, ...way }) => (deafness !== null && deafness.resends > 0 ? [{ ...way, deafness }] : []))
    .toSorted((a, b) => b.deafness.silentForMs - a.deafness.silentForMs);
  return [
    ...(forged[0] === undefined ? [] : [{ rank: 1, text: forgedSentence(forged[0], forged.length, names) }]),
    ...(held[0] === undefined ? [] : [{ rank: 1, text: heldSentence(held[0], held.length, names) }]),
    ...(deaf[0] === undefined ? [] : [{ rank: 1, text: deafSentence(deaf[0], deaf.length, { analysis, names }) }]),
  ];
}

interface Arrived {
  readonly leg: LegSeen;
  readonly reset: ResetTransit;
}

export const heldMs = ({ transitMs, leastTransitMs }: ResetTransit): number =>
  transitMs === null || leastTransitMs === null ? 0 : transitMs - leastTransitMs;

const arrival = ({ leg, reset }: Arrived, names: Names): string => {
  const at = reset.arrivedAt === 'near' ? leg.near : leg.far;
  return names.place(at.capture, at.stream, reset.frame);
};

const others = (count: number): string => (count > 1 ? ` So did ${many(count - 1, 'more', 'more')}.` : '');

const forgedSentence = (it: Arrived, count: number, names: Names): string =>
  `A reset arrived that the other end never sent (${arrival(it, names)}): something between the two captures made it.${others(count)}`;

const heldSentence = (it: Arrived, count: number, names: Names): string =>
  `A reset took ${lasting(it.reset.transitMs ?? 0)} on its way (${arrival(it, names)}), where the quickest packet took ${lasting(it.reset.leastTransitMs ?? 0)}: something between the two captures held it back.${others(count)}`;

function deafSentence(
  { from, to, deafness }: Way & { readonly deafness: Deafness },
  count: number,
  { analysis, names }: { readonly analysis: AnalysisFacts; readonly names: Names },
): string {
  const { lostPackets, resends, lastedMs, silentForMs, frame } = deafness;
  const silence = silentForMs >= SILENCE_MS ? `After ${lasting(silentForMs)} of silence nothing` : 'From some moment on nothing';
  const stream = streamFinder(analysis.streams)(from);
  const ends = stream === undefined ? '' : ` of ${stream.a} and ${stream.b}`;
  return `${silence} that ${names.file(from.capture)} shows being sent${ends} reached ${names.file(to.capture)} any more (${names.place(from.capture, from.stream, frame)}): ${many(lostPackets, 'packet')}, ${many(resends, 'repeat')} among them, over ${lasting(lastedMs)}. Something between dropped them without a word.${count > 1 ? ` The same happened on ${many(count - 1, 'more stream')}.` : ''}`;
}
