import { expect, it } from 'vitest';
import { readConfig } from '../../../../containers/envoy/config-lines.ts';
import { parseLog } from '../../../../containers/envoy/log.ts';
import { envoy } from '../../../../containers/envoy/service.ts';

const access = (fields: object): string =>
  JSON.stringify({
    start: '2026-11-23T07:10:49.000Z',
    client: '10.0.0.1:5000',
    method: 'GET',
    target: '/socket',
    status: 101,
    details: 'via_upstream',
    flags: '-',
    duration: 20,
    upstream: '10.0.1.1:9000',
    ...fields,
  });

it('reads an access line and its response flags', () => {
  expect(parseLog(access({}))).toMatchObject({
    atMs: Date.UTC(2026, 10, 23, 7, 10, 49) + 20,
    clientPort: 5000,
    serverStatus: 101,
    reachedServer: true,
    endedBy: null,
  });
  expect(parseLog(access({ status: 403, details: 'route_not_found', flags: 'NR', upstream: '-' }))).toMatchObject({
    endedBy: 'proxy',
    reachedServer: false,
    server: null,
  });
  expect(parseLog(access({ status: 503, details: 'upstream_reset', flags: 'UF,URX' }))).toMatchObject({
    endedBy: 'server',
    reachedServer: false,
  });
});

it('wants the upgrade named, and reads the idle limit', () => {
  const manager = '"@type": type.googleapis.com/a.v3.HttpConnectionManager\n';
  expect(readConfig(manager, 'e.yaml').map(({ symptom }) => symptom)).toEqual(expect.arrayContaining(['drops-upgrade', 'cuts-idle']));
  const named = `${manager}upgrade_configs:\n  - upgrade_type: websocket\nstream_idle_timeout: 2s\n`;
  const lines = readConfig(named, 'e.yaml');
  expect(lines.find(({ symptom }) => symptom === 'cuts-idle')).toMatchObject({ line: 4, limitMs: 2000 });
  expect(lines.some(({ symptom }) => symptom === 'drops-upgrade')).toBe(false);
});

it('reads the version and the words of a rejection', () => {
  expect(envoy.parseVersion('envoy  version: d79f6e8d453ee260e9094093b8dd31af0056e67b/1.34.1/Clean/RELEASE/BoringSSL')).toBe('1.34.1');
  expect(envoy.parseRejection({ code: 1, stdout: '', stderr: 'error initializing configuration: no such field\n' })).toMatchObject({
    line: null,
  });
});
