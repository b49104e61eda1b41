import { beforeAll, describe, expect, it } from 'vitest';
import type { Path } from '../../harness/model/path.ts';
import { transport } from '../../scenarios/transport/scenario.ts';
import { pathOf } from '../unit/lab/sample-topology.ts';
import { runInNetns, through } from './run-in-netns.ts';

const overTls = (path: Path): Path => ({
  ...path,
  tls: true,
  port: 8443,
  proxies: path.proxies.map((proxy) => ({ ...proxy, port: 8443 })),
});

const SIX = { ipv6: true, control: 'direct6' } as const;

const PATHS = [
  through('plain', 'haproxy', 'plain.cfg'),
  through('no-h2', 'nginx', 'upgrade-map.conf'),
  overTls(through('tls-h2', 'haproxy', 'tls-h2.cfg')),
  overTls(through('dead-end', 'nginx', 'tls-http2.conf')),
  overTls(through('taken-back', 'haproxy', 'h2-without-websocket.cfg')),
  through('demanded', 'haproxy', 'proxy-required.cfg'),
  through('unexpected', 'haproxy', 'send-proxy-unexpected.cfg'),
  through('unix', 'haproxy', 'unix-socket.cfg'),
  { ...pathOf('direct6', [], [], 2), ...SIX },
  through('haproxy6', 'haproxy', 'ipv6.cfg', SIX),
  through('nginx6', 'nginx', 'ipv6.conf', SIX),
];

describe('other transports through real proxies', () => {
  let ran: Awaited<ReturnType<typeof runInNetns>>;
  beforeAll(async () => {
    ran = await runInNetns(transport, {}, PATHS);
  });
  const of = (path: string, caseId: string) => ran.evidence.foreignClients.find((one) => one.path === path && one.caseId === caseId);

  it.each(['plain', 'tls-h2', 'unix'])('%s: carries sockets inside HTTP/2, beside requests and through a reload', (path) => {
    expect(of(path, 'h2-extended-connect')).toMatchObject({
      outcome: { kind: 'upgraded' },
      echoed: true,
      facts: { extendedConnect: true },
    });
    expect(of(path, 'h2-requests-beside')?.facts).toMatchObject({ requestsBeside: 6, requestsAnswered: 6 });
    expect(of(path, 'h2-stream-reset')?.facts['originEnd']).toMatch(/^(?:fin|reset)$/);
    expect(of(path, 'h2-reload')).toMatchObject({ echoed: true, facts: { endedByPath: false } });
  });

  it('records what cannot be spoken without accusing anybody', () => {
    expect(of('no-h2', 'h2-extended-connect')).toMatchObject({
      outcome: { kind: 'malformed-response' },
      acceptable: ['malformed-response'],
    });
    expect(of('direct', 'h2-extended-connect')?.facts).toMatchObject({ http2: false });
    expect(of('dead-end', 'alpn-h2')).toMatchObject({ facts: { alpn: 'h2', extendedConnect: false } });
  });

  it('goes over IPv6 from end to end', () => {
    const opened = ['direct6', 'haproxy6', 'nginx6'].map((path) => of(path, 'proxy-header-absent')?.echoed);
    expect(opened).toEqual([true, true, true]);
    const addresses = ran.evidence.hosts.filter(({ paths }) => paths.includes('haproxy6')).flatMap((host) => host.addresses);
    expect(addresses.length).toBeGreaterThan(3);
    expect(addresses.every((address) => address.startsWith('fd00:'))).toBe(true);
  });

  it('takes PROXY headers exactly where they are demanded', () => {
    const opened = (path: string) =>
      ['absent', 'v1', 'v2', 'v2-tlv', 'v2-mangled'].filter((id) => of(path, `proxy-header-${id}`)?.outcome.kind === 'upgraded');
    expect(opened('demanded')).toEqual(['v1', 'v2', 'v2-tlv']);
    expect(of('demanded', 'proxy-header-v2')?.facts['forwardedFor']).toBe('192.0.2.7');
    expect(['plain', 'no-h2', 'tls-h2', 'direct'].map(opened)).toEqual([['absent'], ['absent'], ['absent'], ['absent']]);
  });

  it('fails on exactly what is wrong, at the host and line that did it', () => {
    const failed = ran.findings
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ auditId, blame }) => [auditId, blame?.host, blame?.config?.text]);
    expect(failed.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['accepted-bad-proxy-header', 'demanded', undefined],
      ['alpn-dead-end', 'dead-end', 'listen 8443 ssl http2;'],
      ['alpn-dead-end', 'taken-back', 'h2-workaround-bogus-websocket-clients'],
      ['unexpected-proxy-header', 'unexpected', 'server origin1 origin:9000 send-proxy'],
    ]);
  });
});
