import { closerLogOf } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { endWords } from '../blame/connection-end-words.ts';
import { blameEnder } from '../blame/ender-blame.ts';
import { blameCut, limitLine } from '../blame/idle-closer.ts';
import { enderOf } from '../blame/leg-ender.ts';
import { indexLegs } from '../blame/leg-index.ts';
import type { LegIndex } from '../blame/leg-index.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Blame, Finding, FindingDetail } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence, logDetails } from './blame-words.ts';
import { silenceBeforeEnd } from '../blame/silence-before-end.ts';
import { cutOf, withLimit } from './cut-idle.ts';
import { endDetails } from './end-details.ts';
import type { Cut, Idle } from './cut-idle.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'idles' | 'hosts' | 'proxyLogs' | 'legs' | 'captures' | 'instruments'>;

interface Blamed extends Cut {
  readonly log: AttemptLog;
  readonly blame: Blame;
  /** The connections of the socket, as captured; empty when that is not known. */
  readonly chain: readonly LegEvidence[];
}

/** Idle sockets that ended before the watch did, without either end wanting it. */
export const idleCutoff = defineAudit({
  id: 'idle-cutoff',
  title: 'Idle sockets stayed open',
  failureTitle: 'An idle socket was cut',
  cite: 'RFC 6455 section 1.4',
  requires: ['idles', 'hosts', 'proxyLogs', 'legs', 'captures', 'instruments'],
  judges: ['idles'],
  evaluate(input) {
    const opened = input.subject.idles.filter(({ outcome }) => outcome.kind === 'upgraded');
    return [...byScenario(opened)].flatMap(([scenario, idles]) => judge(input, scenario, idles));
  },
});

function judge(input: Input, scenario: string, idles: readonly Idle[]): readonly Finding[] {
  const findings = scenarioFindings('idle-cutoff', input.path, scenario);
  const cuts = idles.flatMap((idle) => cutOf(idle) ?? []);
  if (cuts.length === 0) {
    const held = Math.min(...idles.map(({ holdMs }) => holdMs));
    return [
      findings.pass(`${counted(idles.length, 'idle socket')} stayed open for ${held} ms`, {
        evidence: refsOf(idles),
        measures: { holdMs: held },
      }),
    ];
  }
  const compared = cuts.filter(({ idle }) => isControl(input.path) || wasHeldOnControl(input, idle));
  if (compared.length === 0) {
    const summary = `${counted(cuts.length, 'idle socket')} ended early, and the control path held none of the kind to compare with`;
    return [findings.inconclusive(summary, { evidence: refsOf(cuts.map(({ idle }) => idle)) })];
  }
  const index = indexLegs(
    input.path,
    input.subject.legs.filter((leg) => leg.scenario === scenario),
  );
  const blamed = compared.map((cut) => blameOne(input, cut, index));
  const groups = Map.groupBy(blamed, ({ blame, isUnderTraffic }) => JSON.stringify([blame.host, isUnderTraffic, blame.config?.line ?? 0]));
  return [...groups.values()].map((group) => failure(input, scenario, group));
}

const wasHeldOnControl = (input: Input, { scenario, mode }: Idle): boolean =>
  input.controlEvidence.idles.some((other) => other.scenario === scenario && other.mode === mode && other.outcome.kind === 'upgraded');

function blameOne(input: Input, cut: Cut, index: LegIndex): Blamed {
  const { path, subject } = input;
  const { hosts } = subject;
  const { idle, endedAtMs } = cut;
  const attempt = { path, target: path.target, clientPort: idle.clientPort, startedAtMs: endedAtMs, endedAtMs, status: 101 };
  const log = closerLogOf(attempt, subject.proxyLogs);
  const { client, origin, clientPort } = idle;
  const fromMs = idle.openedAtMs ?? endedAtMs;
  const clientLeg = index.clientLegOf({ clientPort, fromMs, untilMs: endedAtMs });
  const measured = cut.isUnderTraffic ? cut : withLimit(cut, silenceBeforeEnd(clientLeg ?? undefined));
  const { limitMs, what } = measured;
  const socket = { path, hosts, client, origin, limitMs, what, log };
  const chain = (clientLeg === null ? null : index.chainFrom(clientLeg)) ?? [];
  // A Close frame came from somebody who meant it, and says so in it.
  const ender = client.kind === 'close-frame' ? null : enderOf(chain, { path, ...subject });
  const configOf = (host: string) => limitLine(socket, host);
  const blame = blameEnder(ender, { blame: blameCut(socket), log, hosts, origin, did: `cut ${what}`, configOf });
  return { ...measured, log, blame, chain };
}

function failure(input: Input, scenario: string, group: readonly Blamed[]): Finding {
  const [first] = group.toSorted((a, b) => Number(b.blame.confidence === 'certain') - Number(a.blame.confidence === 'certain'));
  const logs = group.flatMap(({ log }) => [...log.values()]);
  const limits = group.map(({ limitMs }) => limitMs).toSorted((a, b) => a - b);
  const blame = first?.blame ?? null;
  const summary = first === undefined ? '' : blameSentence(first.blame, input.subject.hosts, first.log.get(first.blame.host));
  return scenarioFindings('idle-cutoff', input.path, scenario).fail(summary, {
    blame,
    evidence: refsOf([...group.map(({ idle }) => idle), ...logs]),
    measures: { limitMs: limits[Math.floor((limits.length - 1) / 2)] ?? 0, cutSockets: group.length },
    details: [socketTable(group), ...endDetails(first?.chain ?? [], input.subject.captures), ...logDetails(logs)],
  });
}

const socketTable = (group: readonly Blamed[]): FindingDetail => ({
  kind: 'table',
  title: 'Sockets that were cut',
  columns: ['mode', 'cut after', 'counted from', 'client saw', 'origin saw', 'order'],
  rows: group.map(({ idle, limitMs, isUnderTraffic, order }) => [
    idle.mode,
    `${limitMs} ms`,
    isUnderTraffic ? 'the opening' : 'the last frame',
    endWords(idle.client),
    endWords(idle.origin),
    order,
  ]),
});
