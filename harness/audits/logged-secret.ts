import { hostTitle } from '../blame/host-title.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { headerValues } from '../wire/http-head.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'hosts' | 'proxyLogs'>;
type Attempt = Recorded<HandshakeEvidence>;

interface Secret {
  readonly kind: 'Cookie' | 'Authorization' | 'query';
  readonly value: string;
}

/** Shorter values are found in any log by chance. */
const MIN_SECRET = 8;

/** A session cookie or credentials that a proxy wrote into its log. A token in a query is only counted: many log the whole target. */
export const loggedSecret = defineAudit({
  id: 'logged-secret',
  title: 'No log holds a cookie or credentials',
  failureTitle: 'A proxy wrote a secret into its log',
  cite: 'RFC 9110 section 17.16.3',
  requires: ['handshakes', 'hosts', 'proxyLogs'],
  judges: ['handshakes'],
  evaluate(input) {
    const asked = input.subject.handshakes.filter(({ concern }) => concern === 'secret');
    return [...byScenario(asked)].flatMap(([scenario, attempts]) => judge(input, scenario, attempts));
  },
});

function judge(input: Input, scenario: string, attempts: readonly Attempt[]): readonly Finding[] {
  const findings = scenarioFindings('logged-secret', input.path, scenario);
  const lines = input.subject.proxyLogs.filter((line) => line.scenario === scenario);
  if (lines.length === 0) return [];
  const secrets = attempts.flatMap(secretsOf);
  const found = lines.flatMap((line) => secrets.filter(({ value }) => line.entry.raw.includes(value)).map((secret) => ({ line, secret })));
  const queries = new Set(found.filter(({ secret }) => secret.kind === 'query').map(({ line }) => line.host));
  const worse = found.filter(({ secret }) => secret.kind !== 'query');
  const measures = { secretsLogged: new Set(found.map(({ line, secret }) => `${line.host} ${secret.kind}`)).size };
  if (worse.length === 0) {
    const words = queries.size === 0 ? 'nor a token of a query' : `but tokens of queries are in that of ${[...queries].join(', ')}`;
    return [findings.pass(`no log holds a cookie or credentials, ${words}`, { evidence: refsOf(attempts), measures })];
  }
  return [...Map.groupBy(worse, ({ line }) => line.host)].map(([host, group]) => {
    const kinds = [...new Set(group.map(({ secret }) => secret.kind))].join(' and ');
    const because = `${hostTitle(host, input.subject.hosts)} wrote the value of ${kinds} into its log`;
    return findings.fail(because, {
      // The client's own bytes and the log are two instruments.
      blame: { host, leg: null, direction: null, confidence: 'certain', because, config: null, innocent: [] },
      evidence: refsOf([...attempts, ...group.map(({ line }) => line)]),
      measures,
      cases: attempts.map(({ caseId }) => caseId),
    });
  });
}

/** What a request carries that is nobody else's to know. */
function secretsOf(attempt: Attempt): readonly Secret[] {
  const { sent } = viewHandshake(attempt);
  if (sent === null) return [];
  const cookies = headerValues(sent, 'Cookie').flatMap((value) => value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1)));
  const credentials = headerValues(sent, 'Authorization').map((value) => value.split(' ').at(-1) ?? '');
  const [, token] = /[?&]token=([^&]+)/.exec(sent.target) ?? [];
  const secrets: readonly Secret[] = [
    ...cookies.map((value) => ({ kind: 'Cookie', value }) as const),
    ...credentials.map((value) => ({ kind: 'Authorization', value }) as const),
    ...(token === undefined ? [] : [{ kind: 'query', value: token } as const]),
  ];
  return secrets.filter(({ value }) => value.length >= MIN_SECRET);
}
