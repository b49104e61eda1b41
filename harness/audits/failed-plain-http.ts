import { logOfAttempt } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { blameChange } from '../blame/changer.ts';
import { blamePlainHttp, exchangeWords } from '../blame/plain-http.ts';
import { compareProportions, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { HttpEvidence, HttpExchange, HttpLoad, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { hasToken, headerValues, parseRequestHead } from '../wire/http-head.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence, logDetails } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'http' | 'hosts' | 'proxyLogs'>;
type Http = Recorded<HttpEvidence>;

interface Failure {
  readonly cause: string;
  readonly exchange: HttpExchange;
  readonly blame: Blame;
  readonly log: AttemptLog;
}

/** What a config for WebSockets does to the ordinary requests that go through the same listener. */
export const failedPlainHttp = defineAudit({
  id: 'failed-plain-http',
  title: 'Ordinary requests were answered',
  failureTitle: 'Ordinary requests failed beside the WebSockets',
  cite: 'RFC 9110 sections 7.6.1 and 7.8',
  requires: ['http', 'hosts', 'proxyLogs'],
  judges: ['http'],
  evaluate(input) {
    return [...byScenario(input.subject.http)].flatMap(([scenario, records]) => judge(input, scenario, records));
  },
});

function judge(input: Input, scenario: string, records: readonly Http[]): readonly Finding[] {
  const findings = scenarioFindings('failed-plain-http', input.path, scenario);
  const evidence = refsOf(records);
  const exchanges = records.flatMap(({ requests }) => requests);
  const failures = exchanges.flatMap((exchange) => failureOf(input, scenario, exchange) ?? []);
  const groups = Map.groupBy(failures, ({ cause, blame }) => JSON.stringify([cause, blame.host]));
  const found = [
    ...[...groups.values()].flatMap((group) => grouped(input, scenario, group, evidence)),
    ...loadFailures(input, scenario, records, failures),
  ];
  const requests = records.reduce((sum, { load }) => sum + (load?.requests ?? 0), exchanges.length);
  if (found.length > 0) return found;
  if (requests === 0) return [findings.inconclusive('plain HTTP: no request was made, so none can be judged', { evidence })];
  return [
    findings.pass(`${counted(requests, 'ordinary request')} answered as the origin answers them`, { evidence, measures: { requests } }),
  ];
}

function failureOf(input: Input, scenario: string, exchange: HttpExchange): Failure | null {
  const log = logOf(input, exchange);
  if (isWrong(exchange)) {
    const onControl = input.controlEvidence.http.filter((http) => http.scenario === scenario).flatMap(({ requests }) => requests);
    const same = onControl.find(({ caseId }) => caseId === exchange.caseId);
    if (!isControl(input.path) && same !== undefined && isWrong(same)) return null;
    const blame = isSpoilt(exchange)
      ? spoiltBlame(input, exchange)
      : blamePlainHttp({ path: input.path, hosts: input.subject.hosts, exchange, log });
    return { cause: exchange.error === null ? `status ${exchange.status}` : 'error', exchange, blame, log };
  }
  return isSpoilt(exchange) ? { cause: 'spoilt', exchange, blame: spoiltBlame(input, exchange), log } : null;
}

const isWrong = ({ status, expectedStatus, error, bodyIntact }: HttpExchange): boolean =>
  error !== null || status !== expectedStatus || !bodyIntact;

/** RFC 9110 section 7.8: `Connection: upgrade` announces an Upgrade header; the client sent neither. */
function isSpoilt({ originHeadBase64 }: HttpExchange): boolean {
  const result = parseRequestHead(Buffer.from(originHeadBase64 ?? '', 'base64'));
  return result.kind === 'complete' && hasToken(result.head, 'Connection', 'upgrade') && headerValues(result.head, 'Upgrade').length === 0;
}

const spoiltBlame = (input: Input, exchange: HttpExchange): Blame =>
  blameChange({
    path: input.path,
    hosts: input.subject.hosts,
    symptoms: ['spoils-plain-http'],
    header: null,
    seenBy: () => ({ target: exchange.target, server: null, status: null }),
    direction: 'to-origin',
    did: `sent ordinary requests on with Connection: upgrade and no Upgrade (${exchangeWords(exchange)})`,
  });

function logOf({ path, subject }: Input, { target, startedAtMs, elapsedMs, status }: HttpExchange): AttemptLog {
  return logOfAttempt({ path, target, clientPort: null, startedAtMs, endedAtMs: startedAtMs + elapsedMs, status }, subject.proxyLogs);
}

function grouped(input: Input, scenario: string, group: readonly Failure[], evidence: Finding['evidence']): readonly Finding[] {
  const [first] = group.toSorted((a, b) => Number(b.blame.confidence === 'certain') - Number(a.blame.confidence === 'certain'));
  if (first === undefined) return [];
  const logs = group.flatMap(({ log }) => [...log.values()]);
  const rows = group.map(({ exchange }) => [
    exchange.caseId,
    String(exchange.expectedStatus),
    String(exchange.status ?? exchange.error),
    exchange.bodyIntact ? 'yes' : 'no',
  ]);
  const summary = blameSentence(first.blame, input.subject.hosts, first.log.get(first.blame.host));
  return [
    scenarioFindings('failed-plain-http', input.path, scenario).fail(summary, {
      blame: first.blame,
      evidence: [...evidence, ...refsOf(logs)],
      measures: { failedRequests: group.length },
      details: [{ kind: 'table', title: 'Requests', columns: ['case', 'expected', 'seen', 'body intact'], rows }, ...logDetails(logs)],
    }),
  ];
}

/** Failures under load that the control path did not have; blamed like the single requests, which are traced, and only if these agree. */
function loadFailures(input: Input, scenario: string, records: readonly Http[], failures: readonly Failure[]): readonly Finding[] {
  const bad = records.reduce((sum, { load }) => sum + failedIn(load), 0);
  const requests = records.reduce((sum, { load }) => sum + (load?.requests ?? 0), 0);
  const control = isControl(input.path) ? [] : input.controlEvidence.http.filter((http) => http.scenario === scenario);
  if (!isClearlyMore(proportionOf(records), proportionOf(control))) return [];
  const [first] = failures;
  const isTraced = first !== undefined && failures.every(({ blame }) => blame.host === first.blame.host) && first.blame.host !== 'unknown';
  const blame: Blame = isTraced
    ? { ...first.blame, confidence: 'likely' }
    : unknownBlame('single requests under load are only counted, so who failed them is not known');
  const summary = `${bad} of ${counted(requests, 'ordinary request')} under load failed: ${blameSentence(blame, input.subject.hosts, undefined)}`;
  return [
    scenarioFindings('failed-plain-http', input.path, scenario).fail(summary, {
      blame,
      evidence: refsOf(records),
      measures: { failedRequests: bad, requests },
    }),
  ];
}

/** A connection that a server ends between two requests (keep-alive limits) fails one of many; that is no failure of a path. */
const MIN_SHARE = 0.01;

function isClearlyMore(here: Proportion, there: Proportion): boolean {
  return share(here) - share(there) >= MIN_SHARE && compareProportions(here, there).low > 0;
}

const proportionOf = (records: readonly Http[]): Proportion => ({
  hits: records.reduce((sum, { load }) => sum + failedIn(load), 0),
  total: records.reduce((sum, { load }) => sum + (load?.requests ?? 0), 0),
});

const failedIn = (load: HttpLoad | null): number => (load === null ? 0 : load.non2xx + load.errors + load.timeouts);
