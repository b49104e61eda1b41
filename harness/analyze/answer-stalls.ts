import { connectionsOf } from '../measure/connections.ts';
import type { StallSeen, StreamSeen } from '../model/capture-analysis.ts';
import { counted, lasting, many, namesOf } from './answer-words.ts';
import type { AnalysisFacts, Names, Told } from './answer-words.ts';

/** Shorter ones are the ordinary course of a busy receiver. */
const CLOSED_WINDOW_MS = 100;
/** Delayed acknowledgements come after 40 ms and more; rarely is nothing. */
const DELAYED_MS = 30;
const DELAYED_OFTEN = 3;

interface Found {
  readonly stream: StreamSeen;
  readonly stall: StallSeen;
}

/** The longest time that a receiver had no room, and small segments that waited for an acknowledgement. */
export function stallsTold(analysis: AnalysisFacts): readonly Told[] {
  const names = namesOf(analysis.captures);
  const found = connectionsOf(analysis).flatMap((stream) => stream.stalls.map((stall) => ({ stream, stall })));
  const longest = (kind: StallSeen['kind']): Found | undefined =>
    found.filter(({ stall }) => stall.kind === kind).toSorted((a, b) => b.stall.longestMs - a.stall.longestMs)[0];
  const [closed, delayed] = [longest('zero-window'), longest('delayed-ack')];
  return [
    ...(closed !== undefined && closed.stall.longestMs >= CLOSED_WINDOW_MS ? [{ rank: 4, text: closedSentence(closed, names) }] : []),
    ...(delayed !== undefined && delayed.stall.longestMs >= DELAYED_MS && delayed.stall.count >= DELAYED_OFTEN
      ? [{ rank: 6, text: delayedSentence(delayed, names) }]
      : []),
  ];
}

/** Segments that never get through because of their size. */
export function blackholesTold(analysis: AnalysisFacts): readonly Told[] {
  const names = namesOf(analysis.captures);
  const holes = connectionsOf(analysis).flatMap((stream) => (stream.mtuBlackhole === null ? [] : [{ stream, hole: stream.mtuBlackhole }]));
  const [first] = holes;
  if (first === undefined) return [];
  const { stream, hole } = first;
  const others = holes.length > 1 ? ` ${many(holes.length - 1, 'more stream')} did the same.` : '';
  const text = `Segments of ${counted(hole.segmentBytes)} bytes from ${at(stream, hole.from, names)} were sent ${many(hole.tries, 'time')} and never acknowledged, while small ones were (${names.place(stream.capture, stream.index, hole.frame)}): something on the path drops packets of that size.${others}`;
  return [{ rank: 1, text }];
}

const at = (stream: StreamSeen, end: 'a' | 'b', names: Names): string => names.endpoint(stream.capture, end === 'a' ? stream.a : stream.b);

const closedSentence = ({ stream, stall }: Found, names: Names): string =>
  `${at(stream, stall.by, names)} had no room to receive for ${lasting(stall.longestMs)} at the longest (${names.place(stream.capture, stream.index, stall.frame)}): its program did not read.`;

const delayedSentence = ({ stream, stall }: Found, names: Names): string =>
  `${many(stall.count, 'time')} a small segment waited for an acknowledgement that ${at(stream, stall.by, names)} put off, ${lasting(stall.longestMs)} at the longest (${names.place(stream.capture, stream.index, stall.frame)}).`;
