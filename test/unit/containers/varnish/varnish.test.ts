import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/varnish/config-lines.ts';
import { parseLog } from '../../../../containers/varnish/log.ts';
import { readParameters } from '../../../../containers/varnish/parameters.ts';
import { parseRejection } from '../../../../containers/varnish/rejection.ts';

const access = (fields: object): string =>
  JSON.stringify({
    start: '1795417912.654824',
    client_port: '34068',
    method: 'GET',
    target: '/socket',
    status: '0',
    duration_us: '3003143',
    handling: 'pipe',
    link: 'bereq 6 pipe',
    piped: '1795417912.655038',
    pipe: '148 190 11 140',
    ...fields,
  });

describe('parseLog', () => {
  it('knows no status of what went through a pipe', () => {
    expect(parseLog(access({}))).toMatchObject({ status: null, reachedServer: true, clientPort: 34068, durationMs: 3003.143 });
    expect(parseLog(access({ piped: '' }))).toMatchObject({ reachedServer: false, endedBy: 'server' });
  });

  it('takes the status of a passed request for that of the next host, but for 503', () => {
    expect(parseLog(access({ handling: 'pass', status: '426', link: 'bereq 9 pass' }))).toMatchObject({
      status: 426,
      serverStatus: 426,
      reachedServer: true,
    });
    expect(parseLog(access({ handling: 'pass', status: '503', link: 'bereq 9 pass' }))).toMatchObject({
      serverStatus: null,
      reachedServer: null,
    });
    expect(parseLog(access({ handling: 'synth', status: '403', link: '' }))).toMatchObject({ endedBy: 'proxy', reachedServer: false });
  });

  it("reads varnishd's own words", () => {
    expect(parseLog('Error: Manager got SIGTERM')).toMatchObject({ kind: 'error' });
    expect(parseLog('Info: Child (43) said Child starts')).toMatchObject({ kind: 'notice' });
    expect(parseLog('something')).toBeNull();
  });
});

describe('readConfig', () => {
  const RECV = 'vcl 4.1;\nsub vcl_recv {\n    return (pipe);\n}\n';
  const PIPE = 'sub vcl_pipe {\n    set bereq.http.upgrade = req.http.upgrade;\n    set bereq.http.connection = req.http.connection;\n}\n';
  const found = (text: string): readonly string[] => readConfig(text, 'a.vcl').map(({ symptom, line }) => `${symptom}:${line}`);

  it('points at the pipe whose headers are not set again, and at the pass without a pipe', () => {
    expect(found(RECV)).toContain('drops-upgrade:3');
    expect(found(RECV + PIPE)).not.toContain('drops-upgrade:3');
    expect(found('sub vcl_recv {\n    return (pass);\n}\n')).toEqual(['drops-upgrade:2']);
    expect(found('sub vcl_recv {\n    return (synth(403, "no"));\n}\n')).toEqual(['answers-itself:2']);
  });

  it('takes the idle limit from the comment that sets the parameter', () => {
    const lines = readConfig(`# hopscope: -p pipe_timeout=2\n${RECV}${PIPE}`, 'a.vcl');
    expect(lines.find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({ line: 1, limitMs: 2000 });
  });
});

it('reads parameters and no other option out of a config', () => {
  expect(readParameters('# hopscope: -p pipe_timeout=2\n# hopscope: -a :80\n# hopscope: -p x=$(y)\n')).toEqual([
    { name: 'pipe_timeout', value: '2', line: 1 },
  ]);
});

it('finds the place that the VCC compiler names', () => {
  const stderr =
    "Message from VCC-compiler:\nExpected return action name.\n('/etc/hopscope/a.vcl' Line 7 Pos 13)\n    return (pip);\n------------###--\n";
  expect(parseRejection({ code: 2, stdout: '', stderr })).toEqual({ line: 7, column: 13, message: 'Expected return action name.' });
  const two = "Message from VCC-compiler:\nExpected ';' got '}'\n(program line 417), at\n('/etc/hopscope/b.vcl' Line 5 Pos 1)\n}\n";
  expect(parseRejection({ code: 2, stdout: '', stderr: two })).toEqual({ line: 5, column: 1, message: "Expected ';' got '}'" });
});
