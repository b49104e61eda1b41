import { logOfAttempt } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { packetsOfAttempt } from '../blame/attempt-packets.ts';
import type { ProxyPackets } from '../blame/attempt-packets.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeView } from '../blame/handshake-view.ts';
import { statusOf } from '../blame/outcome-words.ts';
import { blameRefusal } from '../blame/refusal.ts';
import type { Refusal } from '../blame/refusal-facts.ts';
import { provedByPackets } from '../blame/refusal-packets.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { isControl } from '../model/path.ts';
import { headerValues } from '../wire/http-head.ts';
import type { AuditInput } from './audit.ts';

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
  return input.subject.handshakes.flatMap((evidence) => {
    const label = outcomeLabel(evidence.outcome);
    const controlLabel = labelOnControl(input, evidence);
    const isExcused = !isControl(input.path) && controlLabel === label;
    return isRefusal(evidence, label) && !isExcused ? [trace(input, evidence, label, controlLabel)] : [];
  });
}

/** A case that no path may upgrade is refused here only when it got no answer of the kind it should: any 4xx is one. */
function isRefusal({ acceptable }: HandshakeEvidence, label: string): boolean {
  if (acceptable.includes(label)) return false;
  return acceptable.includes('101') || !(label === '101' || /^4\d\d$/.test(label));
}

function labelOnControl({ path, controlEvidence }: Input, { scenario, caseId }: HandshakeEvidence): string | null {
  if (isControl(path)) return null;
  const same = controlEvidence.handshakes.find((other) => other.scenario === scenario && other.caseId === caseId);
  return same === undefined ? null : outcomeLabel(same.outcome);
}

function trace(input: Input, evidence: Recorded<HandshakeEvidence>, label: string, controlLabel: string | null): TracedRefusal {
  const { path, subject, controlEvidence } = input;
  const view = viewHandshake(evidence);
  const target = view.sent?.target ?? path.target;
  const { startedAtMs, endedAtMs, outcome } = evidence;
  const attempt = { path, target, clientPort: evidence.client.localPort, startedAtMs, endedAtMs, status: statusOf(outcome) };
  const log = logOfAttempt(attempt, subject.proxyLogs);
  const isOriginRecorded = [...subject.handshakes, ...controlEvidence.handshakes].some(({ origin }) => origin.length > 0);
  const control = { label: controlLabel, isOriginRecorded, port: input.control.port };
  const facts = { path, hosts: subject.hosts, outcome, view, log, target, control };
  const socket = { clientPort: attempt.clientPort, fromMs: startedAtMs, untilMs: endedAtMs };
  const packets = packetsOfAttempt(socket, keyIn(view), evidence.scenario, { path, ...subject });
  const refusal = provedByPackets(blameRefusal(facts), facts, packets, subject.captures);
  return { evidence, label, controlLabel, view, log, packets, refusal };
}

/** The key of the request as the client sent it; null when it sent none, or several. */
function keyIn({ sent }: HandshakeView): string | null {
  const [key, another] = sent === null ? [] : headerValues(sent, 'Sec-WebSocket-Key');
  return another === undefined ? (key ?? null) : null;
}
