import type { TcpFlagCounts } from '../model/capture-analysis.ts';
import type { AnalysedStream } from './analysed-stream.ts';
import { sumOfFlags } from './flag-counts.ts';
import type { SeenStream } from './stream-seen.ts';

/** Streams that are counted and not listed: a capture may show a million connections on which nothing happened. */
export class LeftOut {
  streams = 0;
  flags: TcpFlagCounts = sumOfFlags([]);

  add({ flags }: AnalysedStream): void {
    this.streams += 1;
    this.flags = sumOfFlags([this.flags, flags[0].toCounts(), flags[1].toCounts()]);
  }
}

/** Nothing that a report would tell: no upgrade, nothing sent again, no odd end, no silence, no stall. */
export function isPlain({ seen, upgrades }: SeenStream): boolean {
  const { resent, resets, stalls, idleGaps, mtuBlackhole, webSocket, tls, capturedTwice } = seen;
  return (
    upgrades.length === 0 &&
    webSocket === null &&
    mtuBlackhole === null &&
    capturedTwice + resent.aToB.segs + resent.bToA.segs + stalls.length + idleGaps.length + (tls?.alerts.length ?? 0) === 0 &&
    resets.every(({ isLate, oddities }) => !isLate && oddities.length === 0)
  );
}
