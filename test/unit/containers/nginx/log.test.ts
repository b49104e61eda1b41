import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../../containers/nginx/log.ts';

const hopscope = (fields: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    at: '1763860000.165',
    client: '10.100.0.10',
    client_port: '60058',
    connection: '1',
    method: 'GET',
    target: '/socket',
    status: '101',
    upstream_addr: '10.100.1.130:9000',
    upstream_status: '101',
    request_time: '2.003',
    upstream_connect_time: '0.001',
    upstream_header_time: '0.002',
    bytes_sent: '199',
    ...fields,
  });

describe('the log format of our own configs', () => {
  it('gives a tunnel with its times in milliseconds and no word about who ended it', () => {
    const line = hopscope({});
    expect(parseLog(line)).toEqual({
      raw: line,
      kind: 'access',
      atMs: 1763860000165,
      clientPort: 60058,
      method: 'GET',
      target: '/socket',
      status: 101,
      serverStatus: 101,
      server: '10.100.1.130:9000',
      reachedServer: true,
      durationMs: 2003,
      termination: null,
      terminationMeaning: null,
      endedBy: null,
    });
  });

  it('does not take the 502 that nginx made up for a status of the next host', () => {
    const refused = parseLog(hopscope({ status: '502', upstream_status: '502', upstream_connect_time: '-', upstream_header_time: '-' }));
    expect(refused).toMatchObject({
      status: 502,
      serverStatus: null,
      reachedServer: false,
      endedBy: 'server',
      terminationMeaning: 'nginx could not connect to the next host',
    });
    const reset = parseLog(hopscope({ status: '502', upstream_status: '502', upstream_header_time: '-' }));
    expect(reset).toMatchObject({ serverStatus: null, reachedServer: true, endedBy: 'server' });
  });

  it('takes a 502 that the next host did answer for its own', () => {
    expect(parseLog(hopscope({ status: '502', upstream_status: '502' }))).toMatchObject({
      serverStatus: 502,
      reachedServer: true,
      termination: null,
      endedBy: null,
    });
  });

  it('says that nginx answered by itself when there is no next host in the line', () => {
    const none = { upstream_addr: '', upstream_status: '', upstream_connect_time: '', upstream_header_time: '' };
    expect(parseLog(hopscope({ status: '403', ...none }))).toMatchObject({
      status: 403,
      serverStatus: null,
      server: null,
      reachedServer: false,
      endedBy: 'proxy',
      terminationMeaning: 'nginx answered 403 by itself and asked no next host',
    });
  });

  it.each([
    ['499', 'client'],
    ['408', 'timeout'],
    ['504', 'timeout'],
  ])('reads status %s as ended by the %s', (status, endedBy) => {
    expect(parseLog(hopscope({ status, upstream_status: '-', upstream_header_time: '-' }))).toMatchObject({ termination: status, endedBy });
  });

  it('keeps the last of several next hosts', () => {
    const retried = hopscope({
      status: '200',
      upstream_status: '502, 200',
      upstream_connect_time: '-, 0.001',
      upstream_header_time: '-, 0.004',
    });
    expect(parseLog(retried)).toMatchObject({ serverStatus: 200, reachedServer: true });
  });

  it('has null for what a request that could not be parsed does not have', () => {
    expect(parseLog(hopscope({ status: '400', method: '', target: '', upstream_addr: '' }))).toMatchObject({ method: null, target: null });
  });

  it('does not pass the status of a stream session off as an HTTP status', () => {
    const session = {
      at: '1763860000.842',
      client_port: '50336',
      session_status: '200',
      upstream_addr: '127.0.0.1:9000',
      session_time: '0.001',
      upstream_connect_time: '0.001',
    };
    expect(parseLog(JSON.stringify(session))).toMatchObject({ status: null, reachedServer: true, durationMs: 1, termination: null });
    const refused = JSON.stringify({ ...session, session_status: '502', upstream_connect_time: '-' });
    expect(parseLog(refused)).toMatchObject({ status: null, reachedServer: false, termination: 'stream 502', endedBy: 'server' });
  });

  it('gives null for broken JSON, other JSON, and an empty line', () => {
    for (const line of ['{"at":', '{"event":"close"}', '{}', '[1]', '', 'x'.repeat(100_000)]) expect(parseLog(line)).toBeNull();
  });
});

describe('the combined format', () => {
  const combined = (time: string, request: string, status = 101): string => `10.1.0.10 - - [${time}] "${request}" ${status} 126 "-" "ws"`;

  it('gives the request, the status and the time in its own zone', () => {
    expect(parseLog(combined('23/Nov/2025:02:06:40 +0100', 'GET /socket?a=1 HTTP/1.1'))).toMatchObject({
      kind: 'access',
      atMs: Date.UTC(2025, 10, 23, 1, 6, 40),
      method: 'GET',
      target: '/socket?a=1',
      status: 101,
      clientPort: null,
      server: null,
      reachedServer: null,
    });
  });

  it('survives bytes that are no request', () => {
    expect(parseLog(combined('23/Nov/2025:02:06:40 +0000', '\\x81\\x85\\x22', 400))).toMatchObject({
      method: null,
      target: null,
      status: 400,
    });
    expect(parseLog(combined('yesterday', 'GET / HTTP/1.1', 200))).toMatchObject({ atMs: null, status: 200 });
  });
});

describe('formats of others', () => {
  it.each([
    '{"at":"2025-11-23T02:06:40Z","client_port":"x","status":"200"}',
    '{"time":"1763860000.1","remote_addr":"10.0.0.1","request":"GET / HTTP/1.1","status":101}',
    'chat.example.com 10.0.0.1 - - [23/Nov/2025:02:06:40 +0000] "GET / HTTP/1.1" 200 5 "-" "x"',
    '10.0.0.1 | GET /ws | 101',
    '[]',
    '',
  ])('are nothing rather than nonsense: %s', (line) => {
    expect(parseLog(line)).toBeNull();
  });

  it('are read where they begin as combined does', () => {
    const common = '10.0.0.1 - joe [23/Nov/2025:02:06:40 +0000] "GET /ws HTTP/1.1" 101 126';
    expect(parseLog(common)).toMatchObject({ target: '/ws', status: 101 });
    expect(parseLog(`${common} "-" "x" "10.0.0.9" rt=0.5 uct="0.000"`)).toMatchObject({ target: '/ws', status: 101 });
  });
});
