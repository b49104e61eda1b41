import { describe, expect, it } from 'vitest';
import { failedPlainHttp } from '../../../harness/audits/failed-plain-http.ts';
import type { HostEvidence, HttpEvidence, HttpExchange, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import { exchange, findingsOf, http, onControl } from './evidence-builders.ts';
import { configLine, hostOf, pathWith, proxyLog } from './path-builders.ts';

const path = pathWith(['nginx']);
const fine = onControl(http([exchange()]));
interface More {
  readonly hosts?: readonly HostEvidence[];
  readonly proxyLogs?: readonly ProxyLogEvidence[];
  readonly other?: HttpEvidence;
}
const judged = (requests: readonly HttpExchange[], { hosts = [hostOf('nginx')], proxyLogs = [], other = fine }: More = {}, on = path) =>
  findingsOf(failedPlainHttp, on, { http: [other, http(requests)], hosts, proxyLogs });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const spoilt = exchange({ originHeadBase64: base64('GET /page HTTP/1.1\r\nConnection: upgrade\r\n\r\n') });
const unseen = exchange({ status: 404, originHeadBase64: null });
const logged = (more: Parameters<typeof proxyLog>[1]): ProxyLogEvidence =>
  proxyLog('nginx', { target: '/page', clientPort: 7, status: 404, serverStatus: null, ...more }, 'http-beside');
const load = {
  connections: 10,
  durationMs: 500,
  requests: 1000,
  requestsPerSecond: 2000,
  non2xx: 0,
  errors: 0,
  timeouts: 0,
  latencyMs: { p50: 1, p90: 1, p99: 1, max: 1 },
};

describe('failed-plain-http', () => {
  it('passes requests that are answered as expected', () => {
    expect(judged([exchange(), exchange({ caseId: 'missing', status: 404, expectedStatus: 404 })])).toEqual([
      expect.objectContaining({ outcome: 'pass', measures: { requests: 2 } }),
    ]);
  });

  it('fails a hard-coded Connection: upgrade although the answer is right, and names the line', () => {
    const line = configLine('spoils-plain-http', { file: 'nginx.conf', line: 14, text: 'proxy_set_header Connection "upgrade";' });
    expect(judged([spoilt], { hosts: [hostOf('nginx', [line])] })).toMatchObject([
      { outcome: 'fail', blame: { host: 'nginx', confidence: 'certain', direction: 'to-origin', config: { line: 14 } } },
    ]);
  });

  it('passes Connection: upgrade with an Upgrade header', () => {
    expect(
      judged([exchange({ originHeadBase64: base64('GET /page HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n') })])[0]?.outcome,
    ).toBe('pass');
  });

  it.each<[string, HttpExchange, readonly ProxyLogEvidence[], string, string]>([
    [
      'a wrong status that the log says is its own',
      unseen,
      [logged({ reachedServer: false, server: null, endedBy: 'proxy' })],
      'nginx',
      'certain',
    ],
    ["a status that replaced the server's", unseen, [logged({ serverStatus: 200, endedBy: null })], 'nginx', 'certain'],
    ['a wrong status without any log', unseen, [], 'nginx', 'likely'],
    [
      'a wrong status that the next host sent',
      exchange({ status: 500 }),
      [logged({ status: 500, serverStatus: 500 })],
      'unknown',
      'unknown',
    ],
    ['a gateway status without any log', { ...unseen, status: 502 }, [], 'unknown', 'unknown'],
    ['a lost body', exchange({ bodyIntact: false }), [], 'nginx', 'likely'],
    ['no answer at all', exchange({ status: null, error: 'ECONNRESET' }), [], 'unknown', 'unknown'],
  ])('blames for %s', (_, one, proxyLogs, host, confidence) => {
    expect(judged([one], { proxyLogs })).toMatchObject([{ outcome: 'fail', blame: { host, confidence } }]);
  });

  it('does not take a head that is not found for a request that was not sent on when targets are rewritten', () => {
    const rewrites = hostOf('nginx', [configLine('rewrites-target')]);
    expect(judged([unseen], { hosts: [rewrites] })[0]?.blame?.host).toBe('unknown');
    expect(judged([unseen], {}, pathWith(['nginx'], { httpBase: '/app' }))[0]?.blame?.host).toBe('unknown');
  });

  it('makes one finding of many requests with one cause', () => {
    expect(judged([spoilt, { ...spoilt, caseId: 'post-echo' }]).map(({ measures }) => measures)).toEqual([{ failedRequests: 2 }]);
  });

  it('accepts what fails on the control path too', () => {
    expect(judged([unseen], { other: onControl(http([unseen])) })[0]?.outcome).toBe('pass');
  });

  it('fails errors under load that the control path does not have, and names nobody for them alone', () => {
    const bad = { ...http([exchange()]), load: { ...load, non2xx: 60, errors: 1 } };
    const run = (other: HttpEvidence) => findingsOf(failedPlainHttp, path, { http: [other, bad], hosts: [hostOf('nginx')] });
    expect(run({ ...fine, load })).toMatchObject([{ outcome: 'fail', measures: { failedRequests: 61 }, blame: { host: 'unknown' } }]);
    expect(run({ ...fine, load: { ...load, timeouts: 60 } })[0]?.outcome).toBe('pass');
  });

  it('passes one failed request of many: a server may end a connection between two', () => {
    const bad = { ...http([exchange()]), load: { ...load, errors: 1 } };
    const [finding] = findingsOf(failedPlainHttp, path, { http: [{ ...fine, load }, bad], hosts: [hostOf('nginx')] });
    expect(finding?.outcome).toBe('pass');
  });

  it('blames errors under load like the single requests', () => {
    const bad = { ...http([unseen]), load: { ...load, non2xx: 1000 } };
    const findings = findingsOf(failedPlainHttp, path, { http: [{ ...fine, load }, bad], hosts: [hostOf('nginx')] });
    expect(findings.map(({ blame }) => blame?.host)).toEqual(['nginx', 'nginx']);
  });

  it('is inconclusive when no request was made', () => {
    expect(judged([])[0]?.outcome).toBe('inconclusive');
  });
});
