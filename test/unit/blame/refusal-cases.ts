import type { AttemptLog } from '../../../harness/blame/attempt-log.ts';
import { viewHandshake } from '../../../harness/blame/handshake-view.ts';
import { blameRefusal } from '../../../harness/blame/refusal.ts';
import type { Refusal, RefusalFacts } from '../../../harness/blame/refusal-facts.ts';
import type { HandshakeEvidence, HostEvidence, OriginConnection } from '../../../harness/model/evidence.ts';
import type { HandshakeOutcome } from '../../../harness/model/outcome.ts';
import type { ProxyLogEntry } from '../../../harness/model/service.ts';
import { answer, client, handshake, head, originSaw, rejected, REQUEST } from '../audits/handshake-builders.ts';
import { configLine, hostOf, logEntry, pathWith } from '../audits/path-builders.ts';

export type Logs = Readonly<Record<string, Partial<ProxyLogEntry>>>;

export const logOf = (logs: Logs): AttemptLog =>
  new Map(
    Object.entries(logs).map(([host, entry], line) => [
      host,
      { path: 'subject', scenario: 'opening-handshake', host, entry: logEntry(entry), ref: { file: 'evidence/proxyLogs.ndjson', line } },
    ]),
  );

export interface Case {
  readonly proxies?: readonly string[];
  readonly hosts?: readonly HostEvidence[];
  readonly evidence: HandshakeEvidence;
  readonly logs?: Logs;
  readonly originRefuses?: readonly number[];
  readonly refusesAnyway?: readonly number[];
  readonly control?: Partial<RefusalFacts['control']>;
}

/** What is known of a case; by default through one HAProxy, with a control path that was upgraded. */
export function factsOf({
  proxies = ['haproxy'],
  hosts = [],
  evidence,
  logs = {},
  control = {},
  originRefuses = [],
  refusesAnyway = [],
}: Case): RefusalFacts {
  const known = proxies.map((name) => hosts.find(({ host }) => host === name) ?? hostOf(name));
  return {
    path: pathWith(proxies),
    hosts: [...known, ...hosts.filter(({ role }) => role !== 'proxy')],
    outcome: evidence.outcome,
    view: viewHandshake(evidence),
    log: logOf(logs),
    target: '/socket',
    endedAtMs: evidence.endedAtMs,
    acceptable: evidence.acceptable,
    originHabit: { asSent: new Set(originRefuses), asMeant: new Set([...originRefuses, ...refusesAnyway]) },
    control: { label: '101', isOriginRecorded: true, port: 9000, ...control },
  };
}

export const refusal = (given: Case): Refusal => blameRefusal(factsOf(given));

export const CLOSED: HandshakeOutcome = { kind: 'closed', afterMs: 1 };
export const RESET: HandshakeOutcome = { kind: 'reset', afterMs: 1 };
export const TIMEOUT: HandshakeOutcome = { kind: 'timeout', waitedMs: 2000, waitingFor: 'response' };
export const WRONG_ACCEPT: HandshakeOutcome = { kind: 'wrong-accept', expected: 'a', received: 'b', elapsedMs: 1 };

/** The origin saw nothing and no HTTP answer came. */
export const silent = (outcome: HandshakeOutcome): HandshakeEvidence =>
  handshake({ outcome, client: client(head(REQUEST), ''), origin: [] });
/** The origin saw the request as `saw` and answered `sent`; the client got `got`. */
export const seen = (
  outcome: HandshakeOutcome,
  saw: readonly string[],
  sent: readonly string[],
  got: readonly string[],
  more: Partial<OriginConnection> = {},
): HandshakeEvidence => {
  const made = handshake({ outcome, client: client(head(REQUEST), head(got)), origin: [originSaw(head(saw), head(sent), more)] });
  return outcome.kind === 'timeout' ? { ...made, endedAtMs: made.startedAtMs + outcome.waitedMs } : made;
};
export const at = (status: number, saw: readonly string[] = REQUEST, originStatus = status): HandshakeEvidence =>
  seen(rejected(status), saw, answer(originStatus), answer(status));

export const NO_SERVER = { status: 503, serverStatus: null, reachedServer: false, server: 'be_origin/origin1' };
export const STATIC = { status: 404, serverStatus: 404, reachedServer: true, server: 'be_static/static1' };
export const BARE = ['GET /socket HTTP/1.0', 'Host: origin', 'Connection: close', ...REQUEST.slice(4)];
export const drops = configLine('drops-upgrade');
