import { connectionsOf, isSameStream, streamFinder } from '../measure/connections.ts';
import { isOfOneTarget } from './contrast-headers.ts';
import type { Contrast, StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';
import { compareProportions, percent, share, type Proportion } from '../measure/proportion.ts';
import { resentShare, resentShareOf } from '../measure/resent-share.ts';
import { counted, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, Told } from './answer-words.ts';

/** Fewer segments than this bear no comparison. */
const COMPARABLE = 100;
/** Needless resends are worth a word from this share on. */
const MANY_NEEDLESS = 0.2;

/**
 * Segments that were sent again, in proportion. Where the same request was accepted in another capture, the two proportions stand side by side, and
 * they are cleared of the refusal only when the refused side is not above the other (95 % interval) and an answer came through.
 */
export function retransmissionsTold(analysis: AnalysisFacts): readonly Told[] {
  if (analysis.tcp.streams === 0) return [];
  return [{ rank: 2, text: compared(analysis) ?? alone(analysis) }];
}

function compared(analysis: AnalysisFacts): string | null {
  const contrast = analysis.contrasts.find((it) => isOfOneTarget(it) && isOfTwoScenes(it, analysis));
  const upgrade = contrast && analysis.upgrades.find((it) => it.outcome !== 'accepted' && isSameStream(it, contrast.refused));
  if (contrast === undefined || upgrade === undefined) return null;
  const ofCapture = (capture: number): Proportion => resentShareOf(analysis.streams.filter((stream) => stream.capture === capture));
  const [bad, good] = [ofCapture(contrast.refused.capture), ofCapture(contrast.accepted.capture)];
  const { file } = namesOf(analysis.captures);
  const [refusing, accepting] = [file(contrast.refused.capture), file(contrast.accepted.capture)];
  const own = streamFinder(analysis.streams)(contrast.refused);
  const side = `${many(bad.hits, 'segment was', 'segments were')} sent again in ${refusing} (${proportion(bad)}) and ${counted(good.hits)} in ${accepting} (${proportion(good)})`;
  if (bad.hits === 0 && good.hits === 0)
    return `Retransmissions are not the cause: no segment was sent again in ${refusing} or ${accepting}.`;
  if (isCleared(bad, good, upgrade, own)) return `Retransmissions are not the cause: ${side}, where the same request was accepted.`;
  return `${side}.${onStream(own)}`;
}

/** Two captures of the same connections are one scene from two places: neither is the good one. */
const isOfTwoScenes = ({ accepted, refused }: Contrast, { legs }: AnalysisFacts): boolean =>
  accepted.capture !== refused.capture &&
  !legs.some(
    ({ near, far }) => [near.capture, far.capture].includes(accepted.capture) && [near.capture, far.capture].includes(refused.capture),
  );

function isCleared(bad: Proportion, good: Proportion, upgrade: UpgradeSeen, own: StreamSeen | undefined): boolean {
  const isUntouched = upgrade.status !== null || (own !== undefined && resentShare(own).hits === 0);
  if (!isUntouched || own === undefined) return false;
  if (bad.hits === 0) return true;
  return bad.total >= COMPARABLE && good.total >= COMPARABLE && compareProportions(bad, good).low <= 0;
}

function alone(analysis: AnalysisFacts): string {
  const streams = connectionsOf(analysis);
  const all = resentShareOf(streams);
  const fills = streams.reduce((sum, { resent }) => sum + resent.aToB.holeFills + resent.bToA.holeFills, 0);
  const repaired =
    fills === 0
      ? ''
      : ` ${many(fills, 'more segment', 'more segments')} filled a hole: repairs of losses before the place of the capture, or overtaken packets.`;
  if (all.hits === 0) return `No segment was sent again in the capture.${repaired}`;
  const refused = analysis.upgrades.find(({ outcome }) => outcome !== 'accepted' && outcome !== 'unreadable');
  const own = refused === undefined ? undefined : streamFinder(streams)(refused);
  return `${many(all.hits, 'segment was', 'segments were')} sent again, ${proportion(all)}${needless(streams, all)}.${onStream(own)}${repaired}`;
}

const proportion = (part: Proportion): string => `${percent(share(part))} of ${counted(part.total)}`;

function needless(streams: readonly StreamSeen[], { hits }: Proportion): string {
  const segs = streams.reduce((sum, { resent }) => sum + resent.aToB.needlessSegs + resent.bToA.needlessSegs, 0);
  return segs / hits >= MANY_NEEDLESS ? `; ${counted(segs)} of them needlessly, the receiver had them already` : '';
}

function onStream(own: StreamSeen | undefined): string {
  if (own === undefined) return '';
  const { hits } = resentShare(own);
  return hits === 0
    ? ' None of them on the stream of the refused upgrade.'
    : ` ${counted(hits)} of them on the stream of the refused upgrade.`;
}
