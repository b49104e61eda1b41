import type {
  ClosingEvent,
  Deafness,
  LegSeen,
  Resent,
  ResetSeen,
  ResetTransit,
  RttSummary,
  StallSeen,
  StreamEnd,
} from '../../../harness/model/capture-analysis.ts';
import type { ExchangeSeen } from '../../../harness/model/content-analysis.ts';
import type { CaptureEvidence, InstrumentEvidence, LegEvidence, LegStream } from '../../../harness/model/wire-evidence.ts';
import { aLeg, aStream } from '../../fixtures/analysis-builders.ts';
import { REQUEST } from './handshake-builders.ts';
import { T0 } from './path-builders.ts';

const NO_CAUSES = { timeout: 0, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 };

export const resent = (more: Partial<Resent> = {}): Resent => ({
  frames: 0,
  segs: 0,
  bytes: 0,
  byCause: NO_CAUSES,
  needlessSegs: 0,
  holeFills: 0,
  firstFrames: [],
  firstAtMs: [],
  ...more,
});

/** So many segments sent again by fast recovery. */
export const recovered = (segs: number): Resent => resent({ frames: segs, segs, byCause: { ...NO_CAUSES, 'fast-recovery': segs } });

const roundTrip = (maxMs: number): RttSummary => ({ count: 10, minMs: 0.1, medianMs: 0.2, maxMs, overTime: [] });

/** A connection as one capture shows it: ten packets each way, a round trip of 0.5 ms, nothing wrong. */
export const stream = (more: Partial<LegStream> = {}): LegStream => {
  const { flags: _, flagsByDirection: __, ...uneventful } = aStream();
  return {
    ...uneventful,
    a: '10.0.0.1:40001',
    b: '10.0.0.2:8080',
    startedAtMs: T0,
    endedAtMs: T0 + 5000,
    packets: { aToB: 10, bToA: 10 },
    bytes: { aToB: 500, bToA: 500 },
    rtt: { aToB: roundTrip(0.5), bToA: roundTrip(0.5) },
    ...more,
  };
};

/** Both captures have the same packets. */
export const transit = (more: Partial<LegSeen> = {}): LegSeen => aLeg({ far: { capture: 0, stream: 0 }, ...more });

export const deafness = (more: Partial<Deafness> = {}): Deafness => ({
  sinceMs: T0 + 4000,
  lostPackets: 5,
  resends: 3,
  areLongest: false,
  lastedMs: 1500,
  silentForMs: 2100,
  frame: 71,
  ...more,
});

/** The client leg of the path with the proxy `haproxy`, captured at both ends. */
export const leg = (more: Partial<LegEvidence> = {}): LegEvidence => {
  const [from, to] = [more.from ?? 'client', more.to ?? 'haproxy'];
  return {
    path: 'subject',
    scenario: 'idle-hold',
    leg: `${from}-${to}`,
    from,
    to,
    links: ['firewall'],
    startedAtMs: T0,
    endedAtMs: T0 + 5000,
    clientPort: 40_001,
    serverPort: 8080,
    near: stream(),
    far: stream(),
    transit: transit(),
    nearFile: `captures/${from}-to-${to}.pcap`,
    farFile: `captures/${to}-from-${from}.pcap`,
    ...more,
  };
};

/** The server leg of the same path. */
export const serverLeg = (more: Partial<LegEvidence> = {}): LegEvidence =>
  leg({ from: 'haproxy', to: 'origin', links: ['rack1'], clientPort: 50_001, serverPort: 9000, ...more });

/** The leg of the control path, over both links. */
export const controlLeg = (more: Partial<LegEvidence> = {}): LegEvidence =>
  leg({ path: 'direct', to: 'origin', leg: 'client-origin', links: ['firewall', 'rack1'], serverPort: 9000, ...more });

/** The captures of a leg's two ends, complete until a minute after it began. */
export const capturesOf = (of: LegEvidence, more: Partial<CaptureEvidence> = {}): readonly CaptureEvidence[] =>
  [[of.from, of.nearFile, of.links[0]] as const, [of.to, of.farFile, of.links.at(-1)] as const].flatMap(([host, file, link]) =>
    file === null ? [] : [capture({ host, link: link ?? '', files: [file], scenario: of.scenario, ...more })],
  );

export const capture = (more: Partial<CaptureEvidence> = {}): CaptureEvidence => ({
  paths: ['subject', 'direct'],
  scenario: 'idle-hold',
  host: 'client',
  device: 'eth0',
  link: 'firewall',
  files: ['captures/client-to-haproxy.pcap'],
  kept: 'full',
  packets: 1000,
  droppedPackets: 0,
  completeUntilMs: T0 + 60_000,
  rotatedOut: false,
  absentBecause: null,
  ...more,
});

export const instrument = (more: Partial<InstrumentEvidence> = {}): InstrumentEvidence => ({
  path: 'subject',
  scenario: 'idle-hold',
  leg: 'client-haproxy',
  injectorDropped: 5,
  captureLost: 5,
  captureResent: 3,
  kernelResent: 3,
  captureDropped: 0,
  agree: true,
  because: 'dropped by the links 5, missing between the captures 5',
  ...more,
});

export const DISAGREE: Partial<InstrumentEvidence> = {
  agree: false,
  because: 'the links dropped 0 packets and the captures miss 5: doubt the captures',
};

export const arrived = (arrivedAt: 'near' | 'far', transitMs: number | null, more: Partial<ResetTransit> = {}): ResetTransit => ({
  arrivedAt,
  frame: 48,
  atMs: T0 + 1500,
  transitMs,
  leastTransitMs: 0.1,
  ...more,
});

export const reset = (from: StreamEnd, more: Partial<ResetSeen> = {}): ResetSeen => ({
  frame: 48,
  from,
  atMs: T0 + 1500,
  provokedBy: null,
  rttMs: 0.2,
  isLate: false,
  oddities: [],
  ...more,
});

export const closing = (kind: ClosingEvent['kind'], from: StreamEnd, afterMs: number, frame = 40): ClosingEvent => ({
  kind,
  from,
  frame,
  atMs: T0 + afterMs,
  code: kind === 'close-frame' ? 1000 : null,
  reason: '',
});

export const stall = (kind: StallSeen['kind'], by: StreamEnd, longestMs: number, count = 1): StallSeen => ({
  kind,
  by,
  count,
  longestMs,
  totalMs: longestMs * count,
  frame: 33,
});

/** The handshake of handshake-builders.ts, as a capture shows it. */
export const upgradeExchange = (status: number | null, more: Partial<ExchangeSeen> = {}): ExchangeSeen => ({
  protocol: 'HTTP/1.1',
  from: 'a',
  frame: 4,
  atMs: T0 + 1,
  method: 'GET',
  target: '/socket',
  host: 'hopscope.test',
  headers: REQUEST.slice(1).map((line) => ({ name: line.slice(0, line.indexOf(':')), value: line.slice(line.indexOf(':') + 2) })),
  response: status === null ? null : { frame: 5, atMs: T0 + 2, status, reason: '', headers: [], bodyStart: '' },
  ...more,
});

/** A stream that carried one handshake. */
export const upgradeStream = (status: number | null, more: Partial<LegStream> = {}): LegStream =>
  stream({ exchanges: [upgradeExchange(status)], exchangeCount: 1, ...more });
