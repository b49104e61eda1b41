import { expect, it } from 'vitest';
import { readConfig } from '../../../../containers/traefik/config-lines.ts';
import { parseLog } from '../../../../containers/traefik/log.ts';

const access = (fields: object): string =>
  JSON.stringify({
    ClientPort: '5000',
    DownstreamStatus: 101,
    OriginStatus: 101,
    Duration: 20_000_000,
    RequestMethod: 'GET',
    RequestPath: '/socket',
    ServiceAddr: 'origin:9000',
    time: '2026-11-23T07:10:49Z',
    ...fields,
  });

it('reads an access line', () => {
  expect(parseLog(access({}))).toMatchObject({
    kind: 'access',
    clientPort: 5000,
    status: 101,
    serverStatus: 101,
    server: 'origin:9000',
    durationMs: 20,
  });
  expect(parseLog(access({ DownstreamStatus: 404, OriginStatus: 0, ServiceAddr: '' }))).toMatchObject({
    reachedServer: false,
    endedBy: 'proxy',
  });
  expect(parseLog(access({ DownstreamStatus: 502, OriginStatus: 502 }))).toMatchObject({ serverStatus: null, reachedServer: null });
  expect(parseLog('{"level":"error","message":"x","time":"2026-11-23T07:10:49Z"}')).toMatchObject({ kind: 'error' });
});

it('reads what middlewares do', () => {
  const text = 'http:\n  middlewares:\n    m:\n      stripPrefix:\n        prefixes: [/app]\n      basicAuth:\n        users: []\n';
  expect(readConfig(text, 't.yaml').map(({ symptom, line }) => `${symptom}:${line}`)).toEqual(['rewrites-target:4', 'answers-itself:6']);
});
