import { closerLogOf } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { blameBrokenFrames } from '../blame/broken-frame.ts';
import { blameCrash } from '../blame/crash-ends.ts';
import { hasCloseFrame } from '../blame/close-frame-seen.ts';
import { blameEnder } from '../blame/ender-blame.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import { enderOf } from '../blame/leg-ender.ts';
import { enderOfLost } from '../blame/lost-sessions.ts';
import { indexLegs } from '../blame/leg-index.ts';
import type { LegIndex } from '../blame/leg-index.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import { blameUncleanClose } from '../blame/unclean-closer.ts';
import type { HandshakeEvidence, LoadEvidence, ProxyLogEvidence, Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence, logDetails } from './blame-words.ts';
import { endDetails } from './end-details.ts';
import { missedWords } from './missed-messages.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'loads' | 'hosts' | 'proxyLogs' | 'legs' | 'captures' | 'instruments' | 'crashes' | 'actions'>;
type Handshake = Recorded<HandshakeEvidence>;

/** Sockets that ended without a Close frame although the client asked for a clean end, and sessions lost under load. */
export const uncleanClose = defineAudit({
  id: 'unclean-close',
  title: 'Sockets ended with a Close frame',
  failureTitle: 'Sockets ended without a Close frame',
  cite: 'RFC 6455 section 7.1.4',
  requires: ['handshakes', 'loads', 'hosts', 'proxyLogs', 'legs', 'captures', 'instruments', 'crashes', 'actions'],
  judges: ['handshakes', 'loads'],
  evaluate(input) {
    const upgraded = input.subject.handshakes.filter(({ outcome, concern }) => outcome.kind === 'upgraded' && concern !== 'body');
    const loads = input.subject.loads.filter((load) => load.upgraded > 0);
    return [
      ...[...byScenario(upgraded)].flatMap(([scenario, handshakes]) => judgeHandshakes(input, scenario, handshakes)),
      ...[...byScenario(loads)].map(([scenario, slots]) => judgeLoads(input, scenario, slots)),
    ];
  },
});

const isUnclean = ({ client: { end, received } }: HandshakeEvidence): boolean =>
  (end.kind === 'fin' || end.kind === 'reset') && !hasCloseFrame(received);

function judgeHandshakes(input: Input, scenario: string, handshakes: readonly Handshake[]): readonly Finding[] {
  const findings = scenarioFindings('unclean-close', input.path, scenario);
  const sameOnControl = ({ caseId }: Handshake): boolean =>
    !isControl(input.path) &&
    input.controlEvidence.handshakes.some((other) => other.scenario === scenario && other.caseId === caseId && isUnclean(other));
  const unclean = handshakes.filter((handshake) => isUnclean(handshake) && !sameOnControl(handshake));
  if (unclean.length === 0) {
    return [findings.pass(`${counted(handshakes.length, 'socket')} ended as the client asked`, { evidence: refsOf(handshakes) })];
  }
  const index = indexOf(input, scenario);
  const blamed = unclean.map((handshake) => ({ handshake, ...blameOne(input, handshake, index) }));
  return [...Map.groupBy(blamed, ({ blame }) => blame.host).values()].flatMap((group) => {
    const logs = group.flatMap(({ log }) => [...log.values()]);
    const best = group.find(({ blame }) => blame.confidence === 'certain') ?? group[0];
    if (best === undefined) return [];
    return findings.fail(blameSentence(best.blame, input.subject.hosts, best.log.get(best.blame.host)), {
      blame: best.blame,
      evidence: refsOf([...group.map(({ handshake }) => handshake), ...logs]),
      measures: { uncleanCloses: group.length },
      details: [
        { kind: 'text', title: 'Cases', text: group.map(({ handshake }) => handshake.caseId).join(', ') },
        ...endDetails(best.chain, input.subject.captures),
        ...logDetails(logs),
      ],
    });
  });
}

const indexOf = ({ path, subject }: Input, scenario: string): LegIndex =>
  indexLegs(
    path,
    subject.legs.filter((leg) => leg.scenario === scenario),
  );

interface BlamedClose {
  readonly log: AttemptLog;
  readonly blame: Blame;
  /** The connections of the socket, as captured; empty when that is not known. */
  readonly chain: readonly LegEvidence[];
}

function blameOne(input: Input, handshake: Handshake, index: LegIndex): BlamedClose {
  const { path, subject } = input;
  const { hosts } = subject;
  const { client, origin, startedAtMs, endedAtMs } = handshake;
  const target = viewHandshake(handshake).sent?.target ?? path.target;
  const log = closerLogOf({ path, target, clientPort: client.localPort, startedAtMs, endedAtMs, status: 101 }, subject.proxyLogs);
  const originEnd = origin.find(({ status }) => status === 101)?.end ?? null;
  const clientLeg = index.clientLegOf({ clientPort: client.localPort, fromMs: startedAtMs, untilMs: endedAtMs });
  const chain = (clientLeg === null ? null : index.chainFrom(clientLeg)) ?? [];
  const blame = blameUncleanClose({ path, hosts, ends: { client: client.end, origin: originEnd }, log });
  return { log, chain, blame: blameEnder(enderOf(chain, { path, ...subject }), { ...ENDED, blame, log, hosts, origin: originEnd }) };
}

const ENDED = { did: 'ended connections without a Close frame', configOf: () => null } as const;

function judgeLoads(input: Input, scenario: string, slots: readonly Recorded<LoadEvidence>[]): Finding {
  const findings = scenarioFindings('unclean-close', input.path, scenario);
  const lost = new Map<string, number>();
  for (const slot of slots) for (const [kind, count] of Object.entries(slot.lostSessions)) lost.set(kind, (lost.get(kind) ?? 0) + count);
  const total = [...lost.values()].reduce((sum, count) => sum + count, 0);
  const sessions = slots.reduce((sum, { upgraded }) => sum + upgraded, 0);
  const rest = { evidence: refsOf(slots), measures: { lostSessions: total, sessions } };
  if (total === 0) return findings.pass(`${counted(sessions, 'session')} under load lasted until the client ended them`, rest);
  const logs = input.subject.proxyLogs.filter((line) => line.scenario === scenario && line.entry.status === 101 && isEarlyEnd(line));
  const log: AttemptLog = new Map(logs.map((line) => [line.host, line]));
  const byLogs =
    logs.length < total
      ? unknownBlame(`the logs explain ${logs.length} of ${total} lost sessions`)
      : blameUncleanClose({ path: input.path, hosts: input.subject.hosts, ends: null, log });
  const ender = enderOfLost({ path: input.path, ...input.subject }, indexOf(input, scenario), slots, total);
  // A client that ends a session by itself under load has been sent what it may not take.
  const isFailed = total > 0 && lost.get('local') === total;
  const ground = { path: input.path, ...input.subject, legs: input.subject.legs.filter((leg) => leg.scenario === scenario) };
  const breaker = isFailed ? blameBrokenFrames(ground) : null;
  const crash = blameCrash({
    crashes: input.subject.crashes.filter((one) => one.scenario === scenario),
    actions: input.subject.actions.filter((one) => one.scenario === scenario),
    slots,
    hosts: input.subject.hosts,
    of: ({ lostSessions }) => Object.values(lostSessions).reduce((sum, count) => sum + count, 0),
    words: `${counted(total, 'session was', 'sessions were')} lost`,
  });
  const ended = blameEnder(ender, { ...ENDED, blame: byLogs, log, hosts: input.subject.hosts, origin: null });
  const blame = breaker ?? crash ?? ended;
  const kinds = [...lost]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} by ${kind}`)
    .join(', ');
  const summary = `${total} of ${counted(sessions, 'session')} were lost under load (${kinds})${missedWords(slots)}: ${blameSentence(blame, input.subject.hosts, log.get(blame.host))}`;
  return findings.fail(summary, { ...rest, blame, details: logDetails(logs) });
}

/** Lines in which a proxy says that it ended a tunnel itself. */
const isEarlyEnd = ({ entry }: ProxyLogEvidence): boolean => entry.endedBy === 'proxy' || entry.endedBy === 'timeout';
