import { describe, expect, it } from 'vitest';
import { parseErrorLine } from '../../../../containers/nginx/error-log.ts';

const CONTEXT =
  ', client: 10.100.0.10, server: , request: "GET /socket HTTP/1.1", upstream: "http://10.100.1.130:9000/socket", host: "lab"';
const line = (level: string, message: string, context = CONTEXT): string => `2025/11/23 01:26:20 [${level}] 33#33: *1 ${message}${context}`;

describe('parseErrorLine', () => {
  it('reads the end of an idle tunnel, which nginx reports at level info, as an error by timeout', () => {
    const raw = line('info', 'upstream timed out (110: Connection timed out) while proxying upgraded connection');
    expect(parseErrorLine(raw)).toEqual({
      raw,
      kind: 'error',
      atMs: Date.UTC(2025, 10, 23, 1, 26, 20),
      clientPort: null,
      method: 'GET',
      target: '/socket',
      status: null,
      serverStatus: null,
      server: '10.100.1.130:9000',
      reachedServer: true,
      durationMs: null,
      termination: 'upstream timed out (110: Connection timed out) while proxying upgraded connection',
      terminationMeaning: 'nginx cut a tunnel that had been idle for proxy_read_timeout',
      endedBy: 'timeout',
    });
  });

  it('tells by the level which side reset a tunnel', () => {
    const reset = 'recv() failed (104: Connection reset by peer) while proxying upgraded connection';
    expect(parseErrorLine(line('info', reset))).toMatchObject({ endedBy: 'client', terminationMeaning: 'the client reset the connection' });
    expect(parseErrorLine(line('error', reset))).toMatchObject({
      endedBy: 'server',
      terminationMeaning: 'the next host reset the connection',
    });
  });

  it.each([
    ['error', 'connect() failed (111: Connection refused) while connecting to upstream', 'server', false],
    ['error', 'recv() failed (104: Connection reset by peer) while reading response header from upstream', 'server', true],
    ['error', 'upstream prematurely closed connection while reading response header from upstream', 'server', true],
    ['error', 'upstream timed out (110: Connection timed out) while connecting to upstream', 'timeout', false],
    ['error', 'upstream timed out (110: Connection timed out) while reading response header from upstream', 'timeout', true],
    [
      'info',
      'epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while sending request to upstream',
      'client',
      null,
    ],
    ['info', 'client closed connection while waiting for request', 'client', null],
    ['info', 'client sent too long header line: "Cookie: aaaa..."', 'proxy', null],
    ['info', 'client sent invalid method while reading client request line', 'proxy', null],
    ['error', 'access forbidden by rule', 'proxy', false],
    ['info', 'connection timed out (110: Connection timed out) while proxying connection', 'timeout', true],
    ['info', 'client disconnected', 'client', true],
  ])('at %s, `%s` is ended by the %s', (level, message, endedBy, reachedServer) => {
    const entry = parseErrorLine(line(level, message));
    expect(entry).toMatchObject({ kind: 'error', termination: message, endedBy, reachedServer });
    expect(entry?.terminationMeaning).toEqual(expect.any(String));
  });

  it('cuts the counters of a stream session off the message', () => {
    const entry = parseErrorLine(line('info', 'upstream disconnected', ', bytes from/to client:53/0, bytes from/to upstream:0/53'));
    expect(entry).toMatchObject({ termination: 'upstream disconnected', endedBy: 'server' });
  });

  it('keeps chatter apart as notices', () => {
    expect(parseErrorLine('2025/11/23 01:26:20 [notice] 42#42: start worker process 43')).toMatchObject({
      kind: 'notice',
      termination: 'start worker process 43',
    });
    expect(parseErrorLine('2025/11/23 01:26:20 [emerg] 19#19: initgroups(root, 0) failed (1: Operation not permitted)')).toMatchObject({
      kind: 'notice',
    });
    expect(parseErrorLine(line('info', 'client 127.0.0.1:50336 connected to 0.0.0.0:8080', ''))).toMatchObject({
      kind: 'notice',
      endedBy: null,
    });
  });

  it('keeps an error without a known meaning as an error', () => {
    expect(parseErrorLine(line('crit', 'something new'))).toMatchObject({ kind: 'error', terminationMeaning: null, endedBy: null });
  });

  it('bounds what it repeats of a line', () => {
    expect(parseErrorLine(line('info', `client sent too long header line: "${'x'.repeat(5000)}"`))?.termination?.length).toBe(500);
  });

  it('gives null for a line that is not of the error log', () => {
    for (const raw of ['', 'nginx: [emerg] x in /etc/nginx.conf:1', '2025-11-23 01:26:20 [error] 1#1: x'])
      expect(parseErrorLine(raw)).toBeNull();
  });
});
