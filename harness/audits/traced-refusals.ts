import { logOfAttempt } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { packetsOfAttempt } from '../blame/attempt-packets.ts';
import type { ProxyPackets } from '../blame/attempt-packets.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeView } from '../blame/handshake-view.ts';
import { habitOf, NO_HABIT, type OriginHabit } from '../blame/origin-habit.ts';
import { isGatewayStatus } from '../blame/server-story.ts';
import { statusOf } from '../blame/outcome-words.ts';
import { blameRefusal } from '../blame/refusal.ts';
import type { Refusal } from '../blame/refusal-facts.ts';
import { crossingMs } from '../blame/refusal-seen.ts';
import { knocksElsewhere, provedByPackets } from '../blame/refusal-packets.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import { type HandshakeOutcome, outcomeLabel } from '../model/outcome.ts';
import { isControl, type Path, legsOf } from '../model/path.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { ProxyLogEntry } from '../model/service.ts';
import { headerValues } from '../wire/http-head.ts';
import { indexLegs, overlaps, type ClientSocket } from '../blame/leg-index.ts';
import { blameSwallowing, swallowedOn } from '../blame/swallowing-link.ts';
import type { AuditInput } from './audit.ts';
import { byScenario } from './scenario-findings.ts';

/** One opening handshake that ended as it may not, with who did it. */
export interface TracedRefusal {
  readonly evidence: Recorded<HandshakeEvidence>;
  readonly label: string;
  /** Label of the same case on the control path; null when it was not run there. */
  readonly controlLabel: string | null;
  readonly view: HandshakeView;
  readonly log: AttemptLog;
  readonly refusal: Refusal;
  /** The request at each proxy that it came to, as captured; empty when that is not known. */
  readonly packets: readonly ProxyPackets[];
}

type Input = AuditInput<'handshakes' | 'hosts' | 'proxyLogs' | 'legs' | 'captures' | 'instruments'>;

/** Every case that was refused and might not be, in all scenarios. */
export function traceRefusals(input: Input): readonly TracedRefusal[] {
  const habits = habitsOf(input);
  return input.subject.handshakes.flatMap((evidence) => {
    const label = outcomeLabel(evidence.outcome);
    const controlLabel = labelOnControl(input, evidence);
    const isExcused = !isControl(input.path) && controlLabel === label;
    // What comes of a request of any size is another question than whether it is upgraded.
    return evidence.concern !== 'size' && isRefusal(evidence, label, input.path) && !isExcused && !cameTooLate(evidence, input.subject)
      ? [trace(input, evidence, { label, controlLabel, habits })]
      : [];
  });
}

/** A case that no path may upgrade is refused here only when it got no answer of the kind it should: any 4xx is one. */
function isRefusal({ acceptable }: HandshakeEvidence, label: string, path: Path): boolean {
  if (acceptable.includes(label)) return false;
  // RFC 9110 section 15.6.3: behind a gateway a connection that the next proxy closes without an answer is a 502.
  if (label === '502' && path.proxies.length > 1 && acceptable.includes('closed')) return false;
  return acceptable.includes('101') || !(label === '101' || /^4\d\d$/.test(label));
}

/** Whether the client left when the answer was on its way, on a path that upgrades others: that shows a busy machine. */
function cameTooLate({ scenario, outcome, origin, client, endedAtMs }: HandshakeEvidence, { handshakes }: HabitInput['subject']): boolean {
  if (outcome.kind !== 'timeout') return false;
  const connectingMs = (client.connectedAtMs ?? client.startedAtMs) - client.startedAtMs;
  const fromMs = endedAtMs - Math.max(crossingMs(outcome.waitedMs), 2 * connectingMs);
  const isUnderWay = origin.some(({ sent }) => sent[0] !== undefined && sent[0].atMs > fromMs);
  return isUnderWay && handshakes.some((other) => other.scenario === scenario && other.outcome.kind === 'upgraded');
}

function labelOnControl(
  { path, controlEvidence }: Pick<HabitInput, 'path' | 'controlEvidence'>,
  { scenario, caseId }: HandshakeEvidence,
): string | null {
  if (isControl(path)) return null;
  const same = controlEvidence.handshakes.find((other) => other.scenario === scenario && other.caseId === caseId);
  return same === undefined ? null : outcomeLabel(same.outcome);
}

/** The handshakes of a path and of its control path. */
export interface HabitInput {
  readonly path: Path;
  readonly subject: { readonly handshakes: readonly Recorded<HandshakeEvidence>[] };
  readonly controlEvidence: { readonly handshakes: readonly Recorded<HandshakeEvidence>[] };
}

/** With what the origin of a path refuses whatever comes, by scenario. */
export const habitsOf = (input: HabitInput): ReadonlyMap<string, OriginHabit> =>
  new Map(
    [...byScenario(input.subject.handshakes)].map(([scenario, handshakes]) => [
      scenario,
      habitOf(handshakes, (handshake) => labelOnControl(input, handshake) === '101'),
    ]),
  );

interface Labels {
  readonly label: string;
  readonly controlLabel: string | null;
  readonly habits: ReadonlyMap<string, OriginHabit>;
}

function trace(input: Input, evidence: Recorded<HandshakeEvidence>, { label, controlLabel, habits }: Labels): TracedRefusal {
  const { path, subject, controlEvidence } = input;
  const view = viewHandshake(evidence);
  const target = view.sent?.target ?? path.target;
  const { startedAtMs, endedAtMs, outcome } = evidence;
  const attempt = { path, target, clientPort: evidence.client.localPort, startedAtMs, endedAtMs, status: statusOf(outcome) };
  const log = logOfAttempt(
    attempt,
    subject.proxyLogs.filter((line) => !isAfterGivingUp(evidence, line.entry)),
  );
  const isOriginRecorded = [...subject.handshakes, ...controlEvidence.handshakes].some(({ origin }) => origin.length > 0);
  const control = { label: controlLabel, isOriginRecorded, port: input.control.port };
  const facts = {
    path,
    hosts: subject.hosts,
    outcome,
    view,
    log,
    target,
    control,
    endedAtMs,
    acceptable: evidence.acceptable,
    originHabit: habits.get(evidence.scenario) ?? NO_HABIT,
  };
  const socket = { clientPort: attempt.clientPort, fromMs: startedAtMs, untilMs: endedAtMs };
  const packets = packetsOfAttempt(socket, keyIn(view), evidence.scenario, { path, ...subject });
  const byLink = isAnswer(facts.outcome) ? null : refusalByLink(input, socket, evidence.scenario, packets);
  const told = provedByPackets(blameRefusal(facts), facts, packets, subject.captures);
  const tried = packets.length > 0 ? [] : triedIn(input, evidence.scenario, socket);
  const refusal = byLink ?? knocksElsewhere(told, facts, tried) ?? told;
  return { evidence, label, controlLabel, view, log, packets, refusal };
}

/** Connections of the last leg in the time of an attempt. */
const triedIn = ({ path, subject }: Input, scenario: string, { fromMs, untilMs }: ClientSocket): readonly LegEvidence[] =>
  subject.legs.filter((leg) => leg.scenario === scenario && leg.leg === legsOf(path).at(-1)?.name && overlaps(leg, fromMs, untilMs));

/** An answer of a server's own: what a link did behind or after it is another story. A gateway status speaks of the next host. */
const isAnswer = (outcome: HandshakeOutcome): boolean => statusOf(outcome) !== null && !isGatewayStatus(statusOf(outcome));

/** The key of the request as the client sent it; null when it sent none, or several. */
function keyIn({ sent }: HandshakeView): string | null {
  const [key, another] = sent === null ? [] : headerValues(sent, 'Sec-WebSocket-Key');
  return another === undefined ? (key ?? null) : null;
}

/**
 * What a link swallowed explains a refusal before any log does: a proxy that gets no request gives up by itself, and one that gets no answer says so of its
 * server. Null where no connection of the attempt lost what it needed.
 */
function refusalByLink(input: Input, socket: ClientSocket, scenario: string, packets: readonly ProxyPackets[]): Refusal | null {
  const ground = { path: input.path, ...input.subject };
  const index = indexLegs(
    input.path,
    ground.legs.filter((leg) => leg.scenario === scenario),
  );
  // Where the connection was refused the client does not know its port.
  const unnamed = socket.clientPort === null ? index.connectionsOf(legsOf(input.path)[0]?.name ?? '') : [];
  const clientLeg = index.clientLegOf(socket);
  const last = packets.at(-1);
  const tried = last === undefined || last.sentOn === 'sent' ? [] : last.tried;
  const legs = [
    ...(clientLeg === null ? [] : (index.chainFrom(clientLeg) ?? [clientLeg])),
    ...tried,
    ...unnamed.filter((leg) => overlaps(leg, socket.fromMs, socket.untilMs)),
  ];
  const found = legs.flatMap((leg) => swallowedOn(leg, ground) ?? [])[0];
  return found === undefined ? null : { cause: 'swallowed-by-link', blame: blameSwallowing(found, input.path, input.control, ground) };
}

/** An end that a proxy calls its own doing, dated when the client had given up, may be its word for a client that left. */
function isAfterGivingUp({ outcome, client }: HandshakeEvidence, { endedBy, atMs }: ProxyLogEntry): boolean {
  return outcome.kind === 'timeout' && endedBy === 'proxy' && atMs !== null && atMs >= client.startedAtMs + outcome.waitedMs;
}
