import type { CaptureSeen, StreamSeen } from '../model/capture-analysis.ts';
import { listed, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, Told } from './answer-words.ts';

/** What makes the captures less than the whole truth; nothing when they are sound. */
export function qualityTold(analysis: AnalysisFacts): readonly Told[] {
  const { file } = namesOf(analysis.captures);
  const byCapture = Map.groupBy(analysis.streams, ({ capture }) => capture);
  const sentences = analysis.captures.flatMap((capture, index) => {
    const flaws = flawsOf(capture, byCapture.get(index) ?? []);
    return flaws.length === 0 ? [] : [`${analysis.captures.length > 1 ? file(index) : 'The capture'} ${listed(flaws)}.`];
  });
  return sentences.length === 0 ? [] : [{ rank: 3, text: sentences.slice(0, 3).join(' ') }];
}

function flawsOf(capture: CaptureSeen, streams: readonly StreamSeen[]): readonly string[] {
  const oneSided = streams.filter((stream) => stream.oneSided !== null).length;
  const offloaded = streams.reduce((sum, stream) => sum + stream.offloadedFrames, 0);
  const unread = streams.filter(({ webSocket }) => webSocket !== null && webSocket.unreadable.length > 0).length;
  return [
    ...((capture.dropped ?? 0) > 0 ? [`lost ${many(capture.dropped ?? 0, 'packet')} itself`] : []),
    ...(capture.truncated ? ['ends in the middle of a record'] : []),
    ...(capture.capturedTwice > 0 ? [`has ${many(capture.capturedTwice, 'packet')} twice (counted once)`] : []),
    ...(oneSided > 0 ? [`shows one direction only of ${many(oneSided, 'stream')}`] : []),
    ...(capture.cutPackets > 0 ? [`cut ${many(capture.cutPackets, 'packet')} short`] : []),
    ...(offloaded > 0 ? [`has ${many(offloaded, 'frame')} longer than a segment, as handed to the network card (offloading)`] : []),
    ...(unread > 0 ? [`has WebSocket frames in ${many(unread, 'stream')} that could not all be read`] : []),
  ];
}
