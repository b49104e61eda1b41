import type { StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';
import type { AnalysedStream } from './analysed-stream.ts';
import { contentSeen } from './content-seen.ts';
import { sumOfFlags } from './flag-counts.ts';

/** What a stream needs to know of its capture when it is summed up. */
export interface CaptureTimes {
  readonly epochSeconds: number;
  readonly lastTimeNs: number;
}

/** A stream summed up. */
export interface SeenStream {
  readonly seen: StreamSeen;
  readonly upgrades: readonly UpgradeSeen[];
}

/** Sums a stream up, once; null when that was done before. */
export function seenStream(stream: AnalysedStream, capture: number, { epochSeconds, lastTimeNs }: CaptureTimes): SeenStream | null {
  const { index, a, b, labels, flags, analyses } = stream;
  if (analyses === null) return null;
  const { closing, ...transport } = analyses.transport.finish(lastTimeNs);
  const content = contentSeen(analyses.content.finish(), { capture, stream: index, a, b, epochSeconds, closing });
  const [aToB, bToA] = [flags[0].toCounts(), flags[1].toCounts()];
  const seen: StreamSeen = {
    capture,
    index,
    a,
    b,
    ...transport,
    flags: sumOfFlags([aToB, bToA]),
    flagsByDirection: { aToB, bToA },
    firstRttMs: labels.irttNs < 0 ? null : labels.irttNs / 1e6,
    closing: [...closing, ...content.closing].toSorted((one, other) => one.atMs - other.atMs || one.frame - other.frame),
    tls: content.tls,
    exchanges: content.exchanges,
    exchangeCount: content.exchangeCount,
    webSocket: content.webSocket,
  };
  return { seen, upgrades: content.upgrades };
}
