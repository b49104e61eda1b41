import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/lighttpd/config-lines.ts';
import { parseLog } from '../../../../containers/lighttpd/log.ts';
import { parseRejection } from '../../../../containers/lighttpd/rejection.ts';

describe('parseLog', () => {
  it('reads an access line', () => {
    const line = '{"at":"1795418214762","client_port":"37746","request":"GET /socket HTTP/1.1","status":"101","duration_us":"3000793"}';
    expect(parseLog(line)).toMatchObject({
      kind: 'access',
      atMs: 1795418214762,
      clientPort: 37746,
      status: 101,
      serverStatus: null,
      durationMs: 3000.793,
    });
  });

  it('reads the error log', () => {
    expect(
      parseLog('2026-11-23 07:17:00: (gw_backend.c.274) establishing connection failed: socket: tcp:127.0.0.1:9001: Connection refused'),
    ).toMatchObject({
      kind: 'error',
      atMs: Date.UTC(2026, 10, 23, 7, 17),
      reachedServer: false,
      endedBy: 'server',
    });
    const broken =
      '2026-11-23 07:11:14: (gw_backend.c.2389) response not received, request sent: 243 on socket: tcp:127.0.0.1:9000 for /reset?, closing connection';
    expect(parseLog(broken)).toMatchObject({ target: '/reset', reachedServer: true });
    expect(parseLog('2026-11-23 07:11:11: (server.c.1704) server started (lighttpd/1.4.69)')).toMatchObject({ kind: 'notice' });
  });
});

describe('readConfig', () => {
  const found = (text: string): readonly string[] => readConfig(text, 'a.conf').map(({ symptom, line }) => `${symptom}:${line}`);

  it('wants the upgrade enabled', () => {
    const proxy = 'proxy.server = ( "" => (\n  ( "host" => "origin", "port" => 9000 ) ) ) # comment\n';
    expect(found(proxy)).toContain('drops-upgrade:1');
    expect(found(`${proxy}proxy.header = ( "upgrade" => "enable" )\n`)).not.toContain('drops-upgrade:1');
  });

  it('reads the idle limit and what a condition on the path does', () => {
    const text = 'proxy.server = ( "" => () )\nserver.max-read-idle = 2\n$HTTP["url"] =~ "^/old" {\n  url.redirect = ( "" => "/new" )\n}\n';
    const lines = readConfig(text, 'a.conf');
    expect(lines.find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({ line: 2, limitMs: 2000 });
    expect(lines.find(({ symptom }) => symptom === 'answers-itself')).toMatchObject({ line: 4, scope: { pathPrefix: '/old' } });
  });
});

it('finds the place of what the grammar does not know', () => {
  const stderr =
    '2026-11-23 07:17:03: (configfile.c.2164) source: /etc/hopscope/a.conf line: 4 pos: 0 parser failed somehow near here: (\n';
  expect(parseRejection({ code: 255, stdout: '', stderr })).toEqual({
    line: 4,
    column: null,
    message: 'parser failed somehow near here: (',
  });
});
