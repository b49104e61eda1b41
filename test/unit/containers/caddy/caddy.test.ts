import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/caddy/config-lines.ts';
import { parseLog } from '../../../../containers/caddy/log.ts';
import { parseRejection } from '../../../../containers/caddy/rejection.ts';

const request = { remote_ip: '127.0.0.1', remote_port: '41484', proto: 'HTTP/1.1', method: 'GET', host: 'lab', uri: '/socket' };
const line = (fields: object): string => JSON.stringify({ level: 'info', ts: 1795417970.5, request, ...fields });
const access = (status: number, headers: object): string =>
  line({ logger: 'http.log.access.log0', msg: 'handled request', duration: 3.0008, size: 0, status, resp_headers: headers });
const roundtrip = (fields: object): string =>
  line({ level: 'debug', logger: 'http.handlers.reverse_proxy', msg: 'upstream roundtrip', ...fields });

describe('parseLog', () => {
  it('reads a tunnel, which version 2.6 logs with status 0', () => {
    expect(parseLog(access(0, { Upgrade: ['websocket'] }))).toMatchObject({
      kind: 'access',
      status: 101,
      clientPort: 41484,
      durationMs: 3000.8,
    });
    expect(parseLog(access(0, { Server: ['Caddy'] }))).toMatchObject({ status: null, endedBy: 'client' });
    expect(parseLog(access(426, {}))).toMatchObject({ status: 426, target: '/socket', endedBy: null });
  });

  it('reads what came back from the next host', () => {
    expect(parseLog(roundtrip({ upstream: 'origin:9000', status: 101 }))).toMatchObject({
      server: 'origin:9000',
      serverStatus: 101,
      reachedServer: true,
    });
    const refused = roundtrip({ upstream: 'origin:9000', error: 'dial tcp 127.0.0.1:9001: connect: connection refused' });
    expect(parseLog(refused)).toMatchObject({ kind: 'error', reachedServer: false, endedBy: 'server' });
    expect(parseLog(roundtrip({ error: 'read tcp 1.1.1.1:1->2.2.2.2:2: read: connection reset by peer' }))).toMatchObject({
      reachedServer: true,
      endedBy: 'server',
    });
    expect(parseLog(roundtrip({ error: 'context canceled' }))).toMatchObject({ endedBy: 'client' });
  });

  it('reads nothing else', () => {
    expect(parseLog('{"level":"info","msg":"x"}')).toBeNull();
    expect(parseLog('panic: no')).toBeNull();
  });
});

describe('readConfig', () => {
  const found = (text: string): readonly string[] => readConfig(text, 'Caddyfile').map((one) => `${one.symptom}:${one.line}`);

  it('sees headers that are taken off and answers of its own, with their path', () => {
    const text = ':8080 {\n\trespond /socket 404\n\treverse_proxy origin:9000 {\n\t\theader_up -Upgrade\n\t}\n}\n';
    expect(found(text)).toEqual(expect.arrayContaining(['answers-itself:2', 'drops-upgrade:4', 'cuts-on-reload:3']));
    expect(readConfig(text, 'Caddyfile')[0]).toMatchObject({ scope: { pathPrefix: '/socket', status: 404 } });
  });

  it('does not take global options and logs for directives of a site', () => {
    expect(found('{\n\tauto_https off\n\tgrace_period 2s\n}\n:8080 {\n\tlog {\n\t\toutput stdout\n\t}\n}\n')).toEqual(['cuts-on-reload:3']);
  });
});

describe('parseRejection', () => {
  const of = (message: string): unknown =>
    parseRejection({ code: 1, stdout: '', stderr: `{"level":"info"}\nError: adapting config using caddyfile: ${message}\n` });

  it('finds the line in each of its forms', () => {
    expect(of('/etc/hopscope/Caddyfile:3: unrecognized directive: nonsense')).toEqual({
      line: 3,
      column: null,
      message: 'unrecognized directive: nonsense',
      file: '/etc/hopscope/Caddyfile',
    });
    expect(of("/etc/hopscope/Caddyfile:2 - Syntax error: Unexpected token 'x', expecting '}'")).toMatchObject({
      line: 2,
      message: "Unexpected token 'x', expecting '}'",
    });
    expect(
      of("parsing caddyfile tokens for 'reverse_proxy': /etc/hopscope/c:3 - Error during parsing: unrecognized subdirective foo"),
    ).toMatchObject({ line: 3 });
  });
});
