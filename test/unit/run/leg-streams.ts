import type { Resent } from '../../../harness/model/capture-analysis.ts';
import type { LegStream } from '../../../harness/model/wire-evidence.ts';

const resentSegs = (segs: number): Resent => ({
  frames: segs,
  segs,
  bytes: segs * 100,
  byCause: { timeout: segs, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 },
  needlessSegs: 0,
  holeFills: 0,
  firstFrames: [],
  firstAtMs: [],
});

/** An uneventful stream, except for what was sent again. */
export const seenAt = ({
  resentByA = 0,
  resentByB = 0,
  packetsOfA = 10,
  packetsOfB = 10,
}: {
  resentByA?: number;
  resentByB?: number;
  packetsOfA?: number;
  packetsOfB?: number;
} = {}): LegStream => ({
  capture: 0,
  index: 0,
  a: '10.0.0.1:40000',
  b: '10.0.0.2:8080',
  firstFrame: 1,
  startedAtMs: 1000,
  endedAtMs: 2000,
  packets: { aToB: packetsOfA, bToA: packetsOfB },
  bytes: { aToB: 500, bToA: 500 },
  resent: { aToB: resentSegs(resentByA), bToA: resentSegs(resentByB) },
  mss: { aToB: 1460, bToA: 1460 },
  offloadedFrames: 0,
  capturedTwice: 0,
  firstRttMs: 0.1,
  handshake: null,
  rtt: { aToB: null, bToA: null },
  capturedAt: { end: 'unknown', because: '' },
  oneSided: null,
  resets: [],
  closing: [],
  idleGaps: [],
  mtuBlackhole: null,
  stalls: [],
  tls: null,
  exchanges: [],
  exchangeCount: 0,
  webSocket: null,
});
