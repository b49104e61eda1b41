import type { Audit, EvidenceSet } from '../../../harness/audits/audit.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';
import type { EncodedDistribution } from '../../../harness/model/distribution.ts';
import type {
  AbsenceEvidence,
  EvidenceByKind,
  EvidenceKind,
  HttpEvidence,
  HttpExchange,
  IdleEvidence,
  LinkCounterEvidence,
  LinkEvidence,
  LoadEvidence,
  TcpCounterEvidence,
} from '../../../harness/model/evidence.ts';
import type { UsageEvidence } from '../../../harness/model/load.ts';
import { EVIDENCE_KINDS } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Path } from '../../../harness/model/path.ts';
import { UPGRADED } from './handshake-builders.ts';
import { control, T0 } from './path-builders.ts';

export const idle = (more: Partial<IdleEvidence> = {}): IdleEvidence => ({
  path: 'subject',
  scenario: 'idle-hold',
  mode: 'idle',
  holdMs: 4000,
  intervalMs: 500,
  outcome: UPGRADED,
  openedAtMs: T0,
  lastTrafficAtMs: T0,
  client: { kind: 'survived' },
  clientPort: 40_001,
  origin: { kind: 'survived' },
  originConnectionId: 1,
  ...more,
});

/** Cut after so many milliseconds by FIN towards the client and RST towards the origin, as HAProxy does. */
export const cutIdle = (afterMs: number, more: Partial<IdleEvidence> = {}): IdleEvidence =>
  idle({ client: { kind: 'fin', atMs: T0 + afterMs }, origin: { kind: 'reset', atMs: T0 + afterMs }, ...more });

export const latencies = (count: number, us: (index: number) => number): EncodedDistribution => {
  const distribution = new Distribution();
  for (let index = 0; index < count; index += 1) distribution.record(us(index));
  return distribution.encode();
};

export const load = (more: Partial<LoadEvidence> = {}): LoadEvidence => ({
  path: 'subject',
  scenario: 'steady-echo',
  comparedFor: 'subject',
  slot: 0,
  profile: 'steady-echo',
  requested: steadyProfile({ connections: 10, messagesPerSecond: 400, durationMs: 400, payloadBytes: 64, seed: 1 }),
  startedAtMs: T0,
  endedAtMs: T0 + 400,
  ended: 'complete',
  bucketMs: 250,
  series: [],
  attempts: 10,
  upgraded: 10,
  upgradeFailures: {},
  sent: 2000,
  echoed: 2000,
  unanswered: 0,
  missed: 0,
  corrupted: 0,
  lostSessions: {},
  ...{ reconnected: 0, pings: 0, pongs: 0 },
  latency: latencies(2000, (index) => 300 + (index % 100)),
  phases: { upgrade: latencies(10, () => 500) },
  generator: { lag: latencies(10, () => 10), cpuPercent: 20, wasBottleneck: false, because: 'sends were on time' },
  ...more,
});

/** CPU of a host in samples that are evenly spread over a slot. */
export const usage = (host: string, cpuPercents: readonly number[], more: Partial<UsageEvidence> = {}): UsageEvidence => ({
  path: 'subject',
  scenario: 'steady-echo',
  host,
  role: host === 'origin' ? 'origin' : 'proxy',
  startedAtMs: T0,
  endedAtMs: T0 + 400,
  samples: cpuPercents.map((cpuPercent, index) => ({
    ...{ atMs: T0 + (400 * index) / cpuPercents.length, cpuPercent, rssBytes: 1e6, openFiles: 20 },
    ...{ outSegs: 0, retransSegs: 0, listenOverflows: 0 },
  })),
  ...more,
});

export const counters = (host: string, retrans: number, out: number, more: Partial<TcpCounterEvidence> = {}): TcpCounterEvidence => ({
  path: 'subject',
  scenario: 'steady-echo',
  host,
  startedAtMs: T0,
  endedAtMs: T0 + 400,
  delta: { RetransSegs: retrans, OutSegs: out },
  ...more,
});

export const linkCounters = (link: string, dropped: number, forwarded: number, path = 'subject'): LinkCounterEvidence => ({
  path,
  scenario: 'steady-echo',
  link,
  delta: { droppedPackets: dropped, heldPackets: 0, forwardedPackets: forwarded },
});

export const lossyLink = (link: string): LinkEvidence => ({
  link,
  paths: ['subject', 'direct'],
  applied: [{ impairment: { kind: 'loss', percent: 3, direction: 'both' }, rung: 'iptables', note: 'drops 3 %' }],
});

export const exchange = (more: Partial<HttpExchange> = {}): HttpExchange => ({
  caseId: 'get-page',
  method: 'GET',
  target: '/page',
  startedAtMs: T0,
  elapsedMs: 3,
  status: 200,
  error: null,
  bodyIntact: true,
  originHeadBase64: Buffer.from('GET /page HTTP/1.1\r\nHost: origin\r\n\r\n').toString('base64'),
  expectedStatus: 200,
  ...more,
});

export const http = (requests: readonly HttpExchange[], more: Partial<HttpEvidence> = {}): HttpEvidence => ({
  path: 'subject',
  scenario: 'http-beside',
  requests,
  load: null,
  ...more,
});

export const absence = (scenario: string, more: Partial<AbsenceEvidence> = {}): AbsenceEvidence => ({
  path: 'subject',
  scenario,
  what: 'stimulus',
  code: 'DRIVE_ERR_PROTOCOL',
  because: 'the driver ended',
  ...more,
});

type Given = { readonly [K in EvidenceKind]?: readonly EvidenceByKind[K][] };

/** Evidence with references, as it is read from a run folder. */
export function evidenceSet(given: Given): EvidenceSet {
  const entries = EVIDENCE_KINDS.map((kind) => [
    kind,
    (given[kind] ?? []).map((record, index) => ({ ...record, ref: { file: `evidence/${kind}.ndjson`, line: index + 1 } })),
  ]);
  return Object.fromEntries(entries) as EvidenceSet;
}

/** The same evidence, recorded on the control path. */
export const onControl = <T extends { readonly path: string }>(record: T): T => ({ ...record, path: 'direct' });

/** Findings of one audit about the subject, judged as a run is. */
/** `of`: the path whose links the control path has, where they are not those of the path itself. */
export function findingsOf<K extends EvidenceKind>(audit: Audit<K>, path: Path, given: Given, of: Path = path): readonly Finding[] {
  const { findings } = auditRun([control(of), path], evidenceSet(given), [audit]);
  return findings.filter((finding) => finding.path === path.id);
}
