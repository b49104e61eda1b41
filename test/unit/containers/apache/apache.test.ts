import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/apache/config-lines.ts';
import { parseLog } from '../../../../containers/apache/log.ts';
import { parseRejection } from '../../../../containers/apache/rejection.ts';

const access = (fields: object): string =>
  JSON.stringify({
    at: '1795417849906782',
    client_port: '60568',
    request: 'GET /socket HTTP/1.1',
    status: '101',
    duration_us: '3000964',
    handler: 'proxy-server',
    server_port: '45936',
    server_status: '101',
    error: '-',
    ...fields,
  });

describe('parseLog', () => {
  it('reads a tunnel with the status of the next host', () => {
    expect(parseLog(access({}))).toMatchObject({
      kind: 'access',
      atMs: 1795417849906.782,
      clientPort: 60568,
      method: 'GET',
      target: '/socket',
      status: 101,
      serverStatus: 101,
      reachedServer: true,
      durationMs: 3000.964,
      endedBy: null,
    });
  });

  it('tells an answer of its own from a next host that refused or broke the connection', () => {
    const own = { handler: '-', server_port: '-', server_status: '-' };
    expect(parseLog(access({ ...own, status: '400', request: 'GARBAGE' }))).toMatchObject({
      endedBy: 'proxy',
      reachedServer: false,
      target: null,
    });
    expect(parseLog(access({ status: '503', server_port: '-', server_status: '-' }))).toMatchObject({
      endedBy: 'server',
      reachedServer: false,
    });
    expect(parseLog(access({ status: '502', server_status: '-' }))).toMatchObject({
      endedBy: 'server',
      reachedServer: true,
      serverStatus: null,
    });
  });

  it('gives no status to a tunnel of mod_proxy_wstunnel, which is logged with 200', () => {
    expect(parseLog(access({ status: '200', server_port: '-', server_status: '-' }))).toMatchObject({ status: null, reachedServer: true });
  });

  it('reads the escapes of Apache', () => {
    expect(parseLog(access({}).replace('/socket', String.raw`/a\x22b`))).toMatchObject({ target: '/a"b' });
  });

  it('reads the error log', () => {
    const start = '[Mon Nov 23 07:10:49.938014 2026] [proxy_http:error] [pid 22:tid 38] ';
    const line = `${start}(104)Connection reset by peer: [client 127.0.0.1:60592] AH01102: error reading status line from remote server origin:9000`;
    expect(parseLog(line)).toMatchObject({
      kind: 'error',
      atMs: Date.UTC(2026, 10, 23, 7, 10, 49) + 938.014,
      clientPort: 60592,
      endedBy: 'server',
    });
    expect(parseLog('[Mon Nov 23 07:10:46.845507 2026] [mpm_event:notice] [pid 19:tid 19] AH00489: Apache configured')).toMatchObject({
      kind: 'notice',
    });
    expect(parseLog('anything')).toBeNull();
  });
});

describe('readConfig', () => {
  const symptoms = (text: string): readonly string[] => readConfig(text, 'a.conf').map(({ symptom, line }) => `${symptom}:${line}`);

  it('points at the ProxyPass that does not pass the upgrade on', () => {
    expect(symptoms('# ProxyPass\nProxyPreserveHost On\nProxyPass "/" "http://origin:9000/"\n')).toContain('drops-upgrade:3');
    expect(symptoms('ProxyPass / http://origin:9000/ upgrade=websocket\n')).not.toContain('drops-upgrade:1');
    expect(symptoms('RewriteRule "^/?(.*)" "ws://origin:9000/$1" [P,L]\nProxyPass / http://origin:9000/\n')).not.toContain(
      'drops-upgrade:2',
    );
  });

  it('takes the larger of Timeout and ProxyTimeout for the idle limit', () => {
    const idle = readConfig('Timeout 2\nProxyTimeout 5\nProxyPass / http://origin:9000/ upgrade=websocket\n', 'a.conf').find(
      ({ symptom }) => symptom === 'cuts-idle',
    );
    expect(idle).toMatchObject({ line: 2, limitMs: 5000 });
    expect(readConfig('ProxyPass / http://origin:9000/', 'a').find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({
      limitMs: 60_000,
    });
  });

  it('sees targets that are answered, mapped and given to others', () => {
    expect(symptoms('ProxyPass /no !\nProxyPass /app/ http://origin:9000/ upgrade=websocket\nProxyPass / http://static:8000/')).toEqual(
      expect.arrayContaining(['answers-itself:1', 'rewrites-target:2', 'answers-itself:3']),
    );
  });
});

describe('parseRejection', () => {
  it('finds the line and the reason below it', () => {
    const stderr = "AH00526: Syntax error on line 3 of /etc/hopscope/apache.conf:\nInvalid command 'Nonsense', perhaps misspelled\n";
    expect(parseRejection({ code: 1, stdout: '', stderr })).toEqual({
      line: 3,
      column: null,
      message: "Invalid command 'Nonsense', perhaps misspelled",
      file: '/etc/hopscope/apache.conf',
    });
  });

  it('does not take the line of an included file for one of the main config', () => {
    const stderr = 'AH00526: Syntax error on line 9 of /etc/hopscope/modules.inc:\nwrong\n';
    expect(parseRejection({ code: 1, stdout: '', stderr })).toMatchObject({ line: null, message: '/etc/hopscope/modules.inc:9: wrong' });
  });
});
