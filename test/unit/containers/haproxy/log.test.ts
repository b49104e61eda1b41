import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../../containers/haproxy/log.ts';

/** An httplog line as HAProxy 2.6 writes it, with what matters here filled in. */
const http = (route: string, timers: string, status: string, state: string, request = '"GET /socket HTTP/1.1"'): string =>
  `127.0.0.1:58744 [23/Nov/2026:00:53:52.123] fe_main ${route} ${timers} ${status} 132 - - ${state} 1/1/0/0/0 0/0 ${request}`;

const ACCEPTED_AT = Date.UTC(2026, 10, 23, 0, 53, 52, 123);
const UPGRADED = http('be_ws/origin1', '0/0/0/0/2002', '101', '----');

describe('parseLog on httplog', () => {
  it('reads an upgrade that ended normally', () => {
    expect(parseLog(UPGRADED)).toEqual({
      raw: UPGRADED,
      kind: 'access',
      atMs: ACCEPTED_AT + 2002,
      clientPort: 58744,
      method: 'GET',
      target: '/socket',
      status: 101,
      serverStatus: 101,
      server: 'be_ws/origin1',
      reachedServer: true,
      durationMs: 2002,
      termination: '----',
      terminationMeaning: 'normal end: both sides closed and nothing was left to send',
      endedBy: null,
    });
  });

  it.each([
    ['a deny rule', http('fe_main/<NOSRV>', '0/-1/-1/-1/0', '403', 'PR--'), 403, null, false, 'proxy'],
    ['a redirect', http('fe_main/<NOSRV>', '0/-1/-1/-1/0', '301', 'LR--'), 301, null, false, 'proxy'],
    ['the statistics page', http('stats/<STATS>', '0/0/0/0/0', '200', 'LR--'), 200, null, false, 'proxy'],
    ['a backend without servers', http('be_ws/<NOSRV>', '0/-1/-1/-1/0', '503', 'SC--'), 503, null, false, 'proxy'],
    ['a queue that was too long', http('be_ws/s1', '0/300/-1/-1/300', '503', 'sQ--'), 503, null, false, 'proxy'],
    ['a server that refuses to connect', http('be_ws/s1', '0/0/-1/-1/3004', '503', 'SC--'), 503, null, false, 'server'],
    ['a server that is silent', http('be_ws/s1', '0/0/0/-1/2002', '504', 'sH--'), 504, null, true, 'timeout'],
    ['a server that hangs up', http('be_ws/s1', '0/0/0/-1/0', '502', 'SH--'), 502, null, true, 'server'],
    ['a response that the proxy refused', http('be_ws/s1', '0/0/0/-1/0', '502', 'PH--'), 502, null, true, 'proxy'],
    ['the same from HAProxy 3.0, which keeps the time', http('be_ws/s1', '0/0/0/0/0', '502', 'PH--'), 502, null, true, 'proxy'],
    ['an idle tunnel, client side', http('be_ws/s1', '0/0/0/0/2002', '101', 'cD--'), 101, 101, true, 'timeout'],
    ['an idle tunnel, server side', http('be_ws/s1', '0/0/0/0/2002', '101', 'sD--'), 101, 101, true, 'timeout'],
    ['a tunnel that the client reset', http('be_ws/s1', '0/0/0/0/304', '101', 'CD--'), 101, 101, true, 'client'],
    ['a tunnel that the server reset', http('be_ws/s1', '0/0/0/0/301', '101', 'SD--'), 101, 101, true, 'server'],
    ['a tunnel killed at the end of a reload', http('be_ws/s1', '0/0/0/0/900', '101', 'K---'), 101, 101, true, 'proxy'],
    ['a refusal that came from the server', http('be_ws/s1', '0/0/0/1/1', '404', '----'), 404, 404, true, null],
  ])('reads %s', (_, line, status, serverStatus, reachedServer, endedBy) => {
    expect(parseLog(line)).toMatchObject({ kind: 'access', status, serverStatus, reachedServer, endedBy });
  });

  it('has neither method nor target for a request that it could not read', () => {
    const entry = parseLog(http('fe_main/<NOSRV>', '-1/-1/-1/-1/1002', '408', 'cR--', '"<BADREQ>"'));
    expect(entry).toMatchObject({ method: null, target: null, status: 408, endedBy: 'timeout', durationMs: 1002 });
  });

  it('has no status for a connection that was dropped without an answer', () => {
    expect(parseLog(http('fe_main/<NOSRV>', '-1/-1/-1/-1/0', '-1', 'PR--'))).toMatchObject({ status: null, serverStatus: null });
  });

  it('reads past captured headers and past what httpslog appends', () => {
    const line = UPGRADED.replace('"GET', '{example.org|a b#22#7D} {} "GET').replace('fe_main', 'fe_main~');
    expect(parseLog(`${line} 0/0/0/0/0 example.org/TLSv1.3/TLS_AES_256_GCM_SHA384`)).toMatchObject({ target: '/socket', status: 101 });
  });

  it('reads a line that was cut inside the request', () => {
    expect(parseLog(UPGRADED.replace(/ocket HTTP.*$/, ''))).toMatchObject({ target: '/s', status: 101 });
  });

  it('reads IPv6 clients, and no port where a UNIX socket has none', () => {
    expect(parseLog(UPGRADED.replace('127.0.0.1', '2001:db8::1'))).toMatchObject({ clientPort: 58744 });
    expect(parseLog(UPGRADED.replace('127.0.0.1:58744', 'unix:1'))).toMatchObject({ clientPort: null });
  });

  it.each(['Nov 23 00:53:52 host haproxy[123]: ', '<134>Nov 23 00:53:52 haproxy[123]: ', '2026-11-23T00:53:52.1+00:00 host haproxy[9]: '])(
    'reads a line behind the syslog header %j',
    (header) => {
      expect(parseLog(header + UPGRADED)).toMatchObject({ raw: header + UPGRADED, clientPort: 58744, atMs: ACCEPTED_AT + 2002 });
    },
  );
});

describe('parseLog on the other formats', () => {
  it('reads tcplog, which knows no status', () => {
    expect(parseLog('127.0.0.1:35984 [23/Nov/2026:00:53:52.123] fe_tcp be_tcp/s1 1/0/2003 129 cD 1/1/0/0/0 0/0')).toMatchObject({
      kind: 'access',
      clientPort: 35984,
      status: null,
      serverStatus: null,
      target: null,
      server: 'be_tcp/s1',
      reachedServer: true,
      durationMs: 2003,
      termination: 'cD',
      endedBy: 'timeout',
      atMs: ACCEPTED_AT + 2003,
    });
    const refused = parseLog('127.0.0.1:33090 [23/Nov/2026:00:53:52.123] t t/s1 1/-1/3003 0 SC 2/1/0/0/3 0/0');
    expect(refused).toMatchObject({ reachedServer: false, endedBy: 'server' });
  });

  it('reads the default format, which is written when the connection comes in', () => {
    const entry = parseLog('Nov 23 00:53:52 host haproxy[123]: Connect from 10.0.1.2:33312 to 10.0.3.31:8012 (www/HTTP)');
    expect(entry).toMatchObject({ kind: 'access', clientPort: 33312, atMs: null, status: null });
  });

  it('reads a failed TLS handshake as an error', () => {
    expect(parseLog('127.0.0.1:45468 [23/Nov/2026:00:53:52.123] fe_tls/1: SSL handshake failure')).toMatchObject({
      kind: 'error',
      clientPort: 45468,
      atMs: ACCEPTED_AT,
      reachedServer: false,
      terminationMeaning: 'SSL handshake failure',
    });
  });

  it.each([
    ['notice', '[WARNING]  (1749) : Proxy plain stopped (cumulated conns: FE: 1, BE: 1).'],
    ['notice', 'Proxy plain started.'],
    ['notice', 'Nov 23 00:53:52 host haproxy[123]: Reloading something of the future'],
    ['error', '[ALERT]    (6818) : config : Fatal errors found in configuration.'],
    ['error', 'Server be_ws/s1 is DOWN, reason: Layer4 connection problem.'],
    ['error', 'backend be_ws has no server available!'],
  ])('takes for a %s: %s', (kind, line) => {
    expect(parseLog(line)).toMatchObject({ kind, atMs: null, status: null, termination: null });
  });
});

describe('parseLog on anything else', () => {
  it.each([
    '',
    '   ',
    'hello',
    '{"status":"101"}',
    '127.0.0.1:1 [not a date] x',
    '\u0000\u001b[31m',
    '127.0.0.1 - - [23/Nov/2026:00:53:52 +0000] "GET / HTTP/1.1" 200 12',
  ])('gives null for %j', (line) => {
    expect(parseLog(line)).toBeNull();
  });

  it('has no time for a date that is none', () => {
    expect(parseLog(UPGRADED.replace('Nov', 'Nix'))).toMatchObject({ atMs: null, status: 101 });
  });

  it('keeps no more than 16 KiB of a hostile line', () => {
    const entry = parseLog(UPGRADED.replace('/socket', `/${'a'.repeat(1_000_000)}`));
    expect(entry?.raw.length).toBe(16_384);
    expect(parseLog('[1]: '.repeat(200_000))).toBeNull();
    expect(parseLog(`1:1 [${'{} '.repeat(300_000)}`)).toBeNull();
  });
});

describe('parseLog on the forms in which HAProxy puts a line out', () => {
  it.each([
    ['raw', ''],
    ['rfc3164', '<134>Nov 23 14:10:57 edge haproxy[27581]: '],
    ['rfc5424', '<134>1 2026-11-23T14:10:58.613806+00:00 - haproxy 27757 - - '],
    ['short', '<6>'],
    ['timed', '<6>2026-11-23T14:11:01.481248+00:00 '],
    ['iso', '2026-11-23T14:11:02.915393+00:00 '],
    ['priority', '<134>'],
    ['local', '<134>Nov 23 14:11:05 haproxy[28011]: '],
  ])('reads a request and a notice in format %s', (_, header) => {
    const line = header + http('b/<NOSRV>', '0/-1/-1/-1/0', '503', 'SC--');
    expect(parseLog(line)).toMatchObject({ raw: line, kind: 'access', status: 503, target: '/socket', termination: 'SC--' });
    expect(parseLog(`${header}Health check for server b/s failed, reason: Layer4 timeout`)?.kind).toBe('notice');
    expect(parseLog(`${header}Server b/s is DOWN. 0 active and 0 backup servers left.`)?.kind).toBe('error');
  });

  it.each([
    '{"status":503,"host":"a [1]: b"}',
    '127.0.0.1 - - [23/Nov/2026:14:10:58 +0000] "GET / HTTP/1.1" 503 217',
    'srv1 503 /path 12ms',
  ])('says nothing of a format of the user: %s', (line) => expect(parseLog(line)).toBeNull());
});
