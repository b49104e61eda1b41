import { describe, expect, it } from 'vitest';
import { loggedSecret } from '../../../harness/audits/logged-secret.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { client, handshake, head, REQUEST, SWITCH } from './handshake-builders.ts';
import { hostOf, pathWith, proxyLog } from './path-builders.ts';

const SENT = [
  'GET /socket?token=query-secret HTTP/1.1',
  ...REQUEST.slice(1),
  'Cookie: a=1; session=cookie-secret',
  'Authorization: Bearer bearer-secret',
];
const secret = handshake({ scenario: 'safety', caseId: 'secrets', concern: 'secret', client: client(head(SENT), head(SWITCH)) });
const judged = (...lines: readonly string[]): readonly Finding[] =>
  findingsOf(loggedSecret, pathWith(['haproxy']), {
    handshakes: [onControl(secret), secret],
    hosts: [hostOf('haproxy')],
    proxyLogs: lines.map((raw) => proxyLog('haproxy', { raw }, 'safety')),
  });

describe('logged-secret', () => {
  it('passes a log without any secret', () => {
    expect(judged('GET /socket 101')).toMatchObject([{ outcome: 'pass', measures: { secretsLogged: 0 } }]);
  });

  it('only counts the token of a query', () => {
    expect(judged('GET /socket?token=query-secret 101')).toMatchObject([{ outcome: 'pass', measures: { secretsLogged: 1 } }]);
  });

  it.each([
    ['Cookie', '101 {a=1; session=cookie-secret}'],
    ['Authorization', '101 {Bearer bearer-secret}'],
  ])('names the proxy that logged the value of %s, without repeating it', (name, line) => {
    const [finding] = judged('GET /socket 101', line);
    expect(finding).toMatchObject({ outcome: 'fail', cases: ['secrets'], blame: { host: 'haproxy', confidence: 'certain' } });
    expect(finding?.summary).toContain(name);
    expect(JSON.stringify(finding)).not.toMatch(/(?:cookie|bearer)-secret/);
  });

  it('takes no short value for a secret', () => {
    expect(judged('a=1')).toMatchObject([{ outcome: 'pass' }]);
  });

  it('has nothing to say without a log', () => {
    expect(judged()).toEqual([]);
  });
});
