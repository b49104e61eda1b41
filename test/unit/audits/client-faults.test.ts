import { describe, expect, it } from 'vitest';
import { acceptedBadProxyHeader } from '../../../harness/audits/accepted-bad-proxy-header.ts';
import { alpnDeadEnd } from '../../../harness/audits/alpn-dead-end.ts';
import { cutStream } from '../../../harness/audits/cut-stream.ts';
import { refusedClient } from '../../../harness/audits/refused-client.ts';
import { starvedRequest } from '../../../harness/audits/starved-request.ts';
import { unexpectedProxyHeader } from '../../../harness/audits/unexpected-proxy-header.ts';
import { unpassedStreamReset } from '../../../harness/audits/unpassed-stream-reset.ts';
import type { ForeignClientEvidence } from '../../../harness/model/client-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { ConfigLine } from '../../../harness/model/service.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { head, rejected, REQUEST, UPGRADED } from './handshake-builders.ts';
import { configLine, hostOf, pathWith, T0 } from './path-builders.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const client = (
  caseId: string,
  facts: ForeignClientEvidence['facts'],
  more: Partial<ForeignClientEvidence> = {},
): ForeignClientEvidence => ({
  path: 'subject',
  scenario: 'transport',
  caseId,
  title: caseId,
  cite: 'RFC 8441',
  client: 'http2',
  clientVersion: null,
  startedAtMs: T0,
  endedAtMs: T0 + 20,
  outcome: UPGRADED,
  acceptable: ['101'],
  echoed: true,
  closeCode: 1000,
  words: '',
  facts,
  originHeadBase64: base64(head(REQUEST)),
  ...more,
});

type AuditOf = typeof alpnDeadEnd;
const judged = (
  audit: AuditOf,
  clients: readonly ForeignClientEvidence[],
  lines: Readonly<Record<string, readonly ConfigLine[]>> = { haproxy: [] },
): readonly Finding[] =>
  findingsOf(audit, pathWith(Object.keys(lines)), {
    foreignClients: [onControl(client('proxy-header-absent', {})), ...clients],
    hosts: Object.entries(lines).map(([name, configLines]) => hostOf(name, configLines)),
  });
const deadEnd = client(
  'alpn-h2-http11',
  { alpn: 'h2', extendedConnect: false },
  { outcome: rejected(404), acceptable: ['404'], echoed: null },
);

describe('alpn-dead-end', () => {
  it('names the only proxy, and its line makes it certain', () => {
    expect(judged(alpnDeadEnd, [deadEnd])).toMatchObject([
      { outcome: 'fail', blame: { host: 'haproxy', confidence: 'likely', config: null } },
    ]);
    expect(judged(alpnDeadEnd, [deadEnd], { haproxy: [configLine('offers-h2')] })).toMatchObject([
      {
        cases: ['alpn-h2-http11'],
        blame: { host: 'haproxy', confidence: 'certain', direction: 'to-client', config: { symptom: 'offers-h2' } },
      },
    ]);
  });

  it('names on a chain only who has a line of its own for it', () => {
    const line = configLine('offers-h2');
    expect(judged(alpnDeadEnd, [deadEnd], { outer: [], inner: [line] })).toMatchObject([{ blame: { host: 'inner' } }]);
    expect(judged(alpnDeadEnd, [deadEnd], { outer: [line], inner: [line] })).toMatchObject([{ blame: { host: 'unknown' } }]);
    expect(judged(alpnDeadEnd, [deadEnd], { outer: [], inner: [] })).toMatchObject([{ blame: { host: 'unknown' } }]);
  });

  it('accuses nobody who offers extended CONNECT or agrees on HTTP/1.1, and has nothing to say without TLS', () => {
    const fine = [client('alpn-h2-http11', { alpn: 'h2', extendedConnect: true }), client('alpn-h2-http11', { alpn: 'http/1.1' })];
    expect(judged(alpnDeadEnd, fine)).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(alpnDeadEnd, [client('h2-extended-connect', { extendedConnect: false })])).toEqual([]);
  });
});

describe('starved-request, unpassed-stream-reset and cut-stream', () => {
  it('fail on what the facts say, and pass otherwise', () => {
    const outcomes = (audit: AuditOf, caseId: string, ...facts: readonly ForeignClientEvidence['facts'][]) =>
      facts.map((one) => judged(audit, [client(caseId, one)])[0]?.outcome);
    expect(
      outcomes(
        starvedRequest,
        'h2-requests-beside',
        { requestsBeside: 6, requestsAnswered: 5 },
        { requestsBeside: 6, requestsAnswered: 6 },
      ),
    ).toEqual(['fail', 'pass']);
    expect(outcomes(unpassedStreamReset, 'h2-stream-reset', { originEnd: 'open' }, { originEnd: 'fin' })).toEqual(['fail', 'pass']);
    expect(outcomes(cutStream, 'h2-reload', { endedByPath: true }, { endedByPath: false })).toEqual(['fail', 'pass']);
  });
});

describe('accepted-bad-proxy-header', () => {
  it('names the only proxy that opened a socket behind a header that cannot be read', () => {
    const accepted = client('proxy-header-v1-mangled', { proxyHeaderSent: true }, { acceptable: ['400', 'closed'] });
    expect(judged(acceptedBadProxyHeader, [accepted])).toMatchObject([
      { outcome: 'fail', blame: { host: 'haproxy', confidence: 'likely' } },
    ]);
    expect(judged(refusedClient, [accepted])).toMatchObject([{ outcome: 'pass' }]);
  });
});

describe('unexpected-proxy-header', () => {
  const proxied = (more: Partial<ForeignClientEvidence> = {}, facts = {}): ForeignClientEvidence =>
    client('proxy-header-absent', facts, {
      outcome: rejected(400),
      echoed: null,
      originHeadBase64: base64(`PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${head(REQUEST)}`),
      ...more,
    });

  it('names who put a header before the request, and no other audit accuses anybody of a lost upgrade', () => {
    expect(judged(unexpectedProxyHeader, [proxied()], { haproxy: [configLine('sends-proxy-header')] })).toMatchObject([
      { outcome: 'fail', blame: { host: 'haproxy', confidence: 'certain', direction: 'to-origin' } },
    ]);
    expect(judged(refusedClient, [proxied()])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('knows both versions, and accuses nobody of a header that the client sent', () => {
    const binary = base64('\r\n\r\n\0\r\nQUIT\n!\x11\0\0GET / HTTP/1.1\r\n\r\n');
    expect(judged(unexpectedProxyHeader, [proxied({ originHeadBase64: binary })])).toMatchObject([{ outcome: 'fail' }]);
    expect(judged(unexpectedProxyHeader, [proxied({}, { proxyHeaderSent: true })])).toMatchObject([{ outcome: 'pass' }]);
  });
});
