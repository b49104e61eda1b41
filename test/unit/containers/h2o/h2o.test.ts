import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/h2o/config-lines.ts';
import { parseLog } from '../../../../containers/h2o/log.ts';
import { parseRejection } from '../../../../containers/h2o/rejection.ts';

describe('parseLog', () => {
  it('reads a tunnel, of which the end is not logged, and a target with a lone backslash', () => {
    const line = String.raw`{"at":"1795417878721","client_port":"60172","request":"GET /x\x22y\z HTTP/1.1","status":"101","duration":"-","error":""}`;
    expect(parseLog(line)).toMatchObject({
      status: 101,
      serverStatus: 101,
      reachedServer: true,
      durationMs: null,
      target: '/x"y\\z',
      endedBy: null,
    });
  });

  it('tells failures of the next host apart', () => {
    const failed = (error: string): string =>
      `{"at":"1","client_port":"2","request":"GET / HTTP/1.1","status":"502","duration":"0.5","error":"[lib/core/proxy.c] ${error}"}`;
    expect(parseLog(failed('connection failed'))).toMatchObject({ reachedServer: false, endedBy: 'server', durationMs: 500 });
    expect(parseLog(failed('I/O error (head)'))).toMatchObject({ reachedServer: true, endedBy: 'server' });
    expect(parseLog(failed('I/O timeout'))).toMatchObject({ endedBy: 'timeout' });
    expect(parseLog('[lib/core/proxy.c] in request:/reset:I/O error (head)')).toMatchObject({ kind: 'error', target: '/reset' });
  });
});

it('wants proxy.websocket, and reads the idle limit', () => {
  const text =
    'proxy.websocket.timeout: 2000 # ms\nhosts:\n  default:\n    paths:\n      "/":\n        proxy.reverse.url: "http://origin:9000/"\n';
  const lines = readConfig(text, 'h2o.conf');
  expect(lines.find(({ symptom }) => symptom === 'drops-upgrade')).toMatchObject({ line: 6, scope: { pathPrefix: '/' } });
  expect(lines.find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({ line: 1, limitMs: 2000 });
  expect(readConfig(`proxy.websocket: ON\n${text}`, 'h2o.conf').some(({ symptom }) => symptom === 'drops-upgrade')).toBe(false);
});

it('finds the line of a rejection in both of its forms', () => {
  const of = (stderr: string): unknown => parseRejection({ code: 78, stdout: '', stderr });
  expect(of('[/etc/hopscope/h2o.conf:3] unknown command: nonsense\n')).toEqual({
    line: 3,
    column: null,
    message: 'unknown command: nonsense',
  });
  expect(of('failed to parse configuration file /etc/hopscope/h2o.conf line 3: did not find expected key\n')).toMatchObject({
    line: 3,
    message: 'did not find expected key',
  });
});
