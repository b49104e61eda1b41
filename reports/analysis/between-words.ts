import type { CaptureAnalysis, LegSeen, TransitFate } from '../../harness/model/capture-analysis.ts';
import { formatCount, formatMs, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { shortName } from './stream-facts.ts';

type Place = LegSeen['near'];

const FATES: readonly (readonly [TransitFate, string])[] = [
  ['lost', 'lost'],
  ['delayed', 'delayed'],
  ['unaccepted', 'arrived, but was dropped behind the capture'],
  ['needless', 'arrived, so needless'],
  ['unknown', 'unknown'],
];

export const placeWords = ({ captures }: CaptureAnalysis, { capture, stream }: Place): string =>
  captures.length > 1 ? `${clip(shortName(captures[capture]?.file ?? ''), 80)} stream ${String(stream)}` : `stream ${String(stream)}`;

/** Which streams are the two legs of one proxy. Untrusted: escape it. */
export const proxySentences = (analysis: CaptureAnalysis): readonly string[] =>
  analysis.proxies.map(({ clientLeg, serverLeg, because }) =>
    serverLeg === null
      ? `${placeWords(analysis, clientLeg)} was not passed on: ${clip(because, 200)}.`
      : `${placeWords(analysis, clientLeg)} goes on as ${placeWords(analysis, serverLeg)}: ${clip(because, 200)}.`,
  );

/** What became of the segments between two captures of the same connections, all of them together. Untrusted: escape it. */
export const legSentences = (analysis: CaptureAnalysis): readonly string[] =>
  [...Map.groupBy(analysis.legs, ({ near, far }) => `${String(near.capture)} ${String(far.capture)}`).values()].flatMap((legs) => {
    const [first] = legs;
    return first === undefined ? [] : [pairSentence(analysis, first, legs)];
  });

function pairSentence(analysis: CaptureAnalysis, { near, far }: LegSeen, legs: readonly LegSeen[]): string {
  const name = ({ capture }: Place): string => clip(shortName(analysis.captures[capture]?.file ?? ''), 80);
  const strange = legs.reduce((sum, { appeared }) => sum + appeared.atNear + appeared.atFar, 0);
  const nowhere = strange === 0 ? '' : ` ${plural(strange, 'packet')} came that neither end sent.`;
  return `${name(near)} and ${name(far)} show the two ends of ${plural(legs.length, 'connection')} (${clockWords(legs)}). ${way('There', 'nearToFar', legs)}. ${way('Back', 'farToNear', legs)}.${nowhere}${oddWords(legs)}`;
}

/** Of resets and of directions that stopped arriving. */
function oddWords(legs: readonly LegSeen[]): string {
  const forged = legs.flatMap(({ resets }) => resets).filter(({ transitMs }) => transitMs === null).length;
  const deaf = legs.filter((leg) => leg.deaf.nearToFar !== null || leg.deaf.farToNear !== null).length;
  return `${forged === 0 ? '' : ` ${plural(forged, 'reset')} came that the other end never sent.`}${deaf === 0 ? '' : ` On ${plural(deaf, 'connection')} one direction stopped arriving before its end.`}`;
}

function clockWords(legs: readonly LegSeen[]): string {
  const [widest] = legs.toSorted((a, b) => Math.abs(b.clockOffsetMs) - Math.abs(a.clockOffsetMs));
  if (widest === undefined) return '';
  const doubt = widest.clockUncertaintyMs === null ? ', a guess' : `, ± ${formatMs(widest.clockUncertaintyMs)}`;
  return `clocks ${formatMs(Math.abs(widest.clockOffsetMs))} apart${doubt}`;
}

function way(name: string, direction: 'nearToFar' | 'farToNear', legs: readonly LegSeen[]): string {
  const sum = (of: (leg: LegSeen) => number): number => legs.reduce((total, leg) => total + of(leg), 0);
  const fates = FATES.map(([fate, words]) => ({ words, count: sum(({ resent }) => resent[direction][fate]) })).filter(
    ({ count }) => count > 0,
  );
  const again =
    fates.length === 0
      ? ''
      : `; of those sent again, the first sending was: ${fates.map(({ words, count }) => `${formatCount(count)} ${words}`).join(', ')}`;
  return `${name}: ${plural(
    sum(({ lost }) => lost[direction]),
    'segment',
  )} lost, ${formatCount(sum(({ reordered }) => reordered[direction]))} overtaken${again}`;
}
