import type { Both, StreamEnd, StreamSeen } from '../model/capture-analysis.ts';

const swap = <T>({ aToB, bToA }: Both<T>): Both<T> => ({ aToB: bToA, bToA: aToB });
const other = (end: StreamEnd): StreamEnd => (end === 'a' ? 'b' : 'a');
const turned = <T extends { readonly from: StreamEnd }>(events: readonly T[]): readonly T[] =>
  events.map((event) => ({ ...event, from: other(event.from) }));

/** The same stream with its ends named the other way about: for a stream that was first seen in mid-life, when the wrong end spoke. */
export function turnStream(seen: StreamSeen): StreamSeen {
  const { capturedAt, mtuBlackhole, webSocket, tls } = seen;
  return {
    ...seen,
    a: seen.b,
    b: seen.a,
    packets: swap(seen.packets),
    bytes: swap(seen.bytes),
    flagsByDirection: swap(seen.flagsByDirection),
    resent: swap(seen.resent),
    mss: swap(seen.mss),
    rtt: swap(seen.rtt),
    capturedAt: capturedAt.end === 'a' || capturedAt.end === 'b' ? { ...capturedAt, end: other(capturedAt.end) } : capturedAt,
    oneSided: seen.oneSided === null ? null : other(seen.oneSided),
    resets: turned(seen.resets),
    closing: turned(seen.closing),
    idleGaps: seen.idleGaps.map((gap) => ({ ...gap, endedByEnd: gap.endedByEnd === null ? null : other(gap.endedByEnd) })),
    mtuBlackhole: mtuBlackhole === null ? null : { ...mtuBlackhole, from: other(mtuBlackhole.from) },
    stalls: seen.stalls.map((stall) => ({ ...stall, by: other(stall.by) })),
    tls: tls === null ? null : { ...tls, alerts: turned(tls.alerts) },
    exchanges: turned(seen.exchanges),
    webSocket:
      webSocket === null
        ? null
        : {
            ...webSocket,
            messages: swap(webSocket.messages),
            payloadBytes: swap(webSocket.payloadBytes),
            unreadable: turned(webSocket.unreadable),
          },
  };
}
