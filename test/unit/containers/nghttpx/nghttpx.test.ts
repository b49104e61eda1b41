import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/nghttpx/config-lines.ts';
import { parseLog } from '../../../../containers/nghttpx/log.ts';
import { parseRejection } from '../../../../containers/nghttpx/rejection.ts';

const access = (status: string, backend: string): string =>
  `{"client_port":"56646","method":"GET","target":"/x\\x22y","status":"${status}","duration":"3.000","backend":"${backend}"}`;

describe('parseLog', () => {
  it('knows the status of the next host where it names the back end', () => {
    expect(parseLog(access('101', 'origin:9000'))).toMatchObject({
      status: 101,
      serverStatus: 101,
      server: 'origin:9000',
      durationMs: 3000,
      target: '/x"y',
      atMs: null,
    });
    expect(parseLog(access('502', '-:-'))).toMatchObject({ serverStatus: null, reachedServer: null, endedBy: 'server' });
    expect(parseLog(access('501', '-:-'))).toMatchObject({ endedBy: 'proxy' });
  });

  it('reads its own words', () => {
    const start = '2026-11-23T07:17:00.281Z 110 111 6d9d4315';
    const failed = `${start} WARN (shrpx_http_downstream_connection.cc:1532) [DCONN:0x7f] Backend connect failed; addr=127.0.0.1:9001: errno=111`;
    expect(parseLog(failed)).toMatchObject({
      kind: 'error',
      reachedServer: false,
      endedBy: 'server',
      atMs: Date.UTC(2026, 10, 23, 7, 17, 0, 281),
    });
    expect(parseLog(`${start} FATAL (shrpx_worker_process.cc:166) IPC socket is closed.  Perform immediate shutdown.`)).toMatchObject({
      kind: 'notice',
    });
  });
});

it('reads the idle limit, another protocol and another back end', () => {
  const text = 'backend=origin,9000;/;proto=h2\nbackend=static,8000;/page\nbackend-read-timeout=2\n';
  const lines = readConfig(text, 'a.conf');
  expect(lines.find(({ symptom }) => symptom === 'drops-upgrade')).toMatchObject({ line: 1, scope: { pathPrefix: '/' } });
  expect(lines.find(({ symptom }) => symptom === 'answers-itself')).toMatchObject({ line: 2, scope: { pathPrefix: '/page' } });
  expect(lines.find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({ line: 3, limitMs: 2000 });
});

it('maps a rejection, which names an option, to its line', () => {
  const stdout = '1:frontend=*,8080;no-tls\n2:backend=origin,9000;/;proto=http/1.1\n3:backend=origin,9000;/a;proto=foo\n4:nonsense=1\n';
  const said = (message: string): string => `2026-11-23T07:17:03.350Z 49 49 37874da7 ERROR (shrpx_config.cc:4186) ${message}\n`;
  expect(parseRejection({ code: 1, stdout, stderr: said('Unknown option: nonsense') })).toMatchObject({ line: 4 });
  expect(parseRejection({ code: 1, stdout, stderr: said('backend: proto: unknown protocol foo') })).toMatchObject({ line: 3 });
  expect(parseRejection({ code: 1, stdout, stderr: said('something else') })).toMatchObject({ line: null, message: 'something else' });
});
