import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../harness/model/finding.ts';
import type { Path } from '../../harness/model/path.ts';
import { coexistence } from '../../scenarios/coexistence/scenario.ts';
import { runInNetns, through } from './run-in-netns.ts';

const overTls = (path: Path): Path => ({
  ...path,
  tls: true,
  port: 8443,
  proxies: path.proxies.map((proxy) => ({ ...proxy, port: 8443 })),
});
const PATHS = [
  through('plain', 'haproxy', 'plain.cfg'),
  through('no-delay', 'haproxy', 'event-streams.cfg'),
  through('http10', 'nginx', 'bare.conf'),
  overTls(through('tls', 'nginx', 'tls.conf')),
  overTls(through('unbuffered', 'nginx', 'event-streams.conf')),
  through('hardcoded', 'nginx', 'hardcoded-upgrade.conf'),
];

describe('plain HTTP, streams and polls beside the sockets of real proxies', () => {
  let ran: Awaited<ReturnType<typeof runInNetns>>;
  beforeAll(async () => {
    ran = await runInNetns(coexistence, {}, PATHS);
  });
  const of = (path: string, audit: string): readonly Finding[] =>
    ran.findings.filter((finding) => finding.path === path && finding.auditId === audit);

  it.each(['direct', ...PATHS.map(({ id }) => id)])('brings every event and every answer through %s', (path) => {
    const streams = ran.evidence.streamedHttp.filter((one) => one.path === path);
    expect(streams).toHaveLength(9);
    expect(streams.filter(({ status, events }) => status !== 200 || events.some(({ cameAtMs }) => cameAtMs === null))).toEqual([]);
    const requests = ran.evidence.http.filter((one) => one.path === path).flatMap((one) => one.requests);
    expect(requests).toHaveLength(21);
    expect(
      requests.filter(({ status, bodyIntact, originHeadBase64 }) => status !== 200 || !bodyIntact || originHeadBase64 === null),
    ).toEqual([]);
  });

  it.each(['plain', 'no-delay', 'unbuffered', 'hardcoded'])('keeps the sockets of %s speaking beside the rest', (path) => {
    expect(of(path, 'disturbed-socket')).toMatchObject([{ outcome: 'pass', measures: { sockets: 4 } }]);
  });

  it('names HAProxy, which lets small parts wait for more, and not with http-no-delay', () => {
    expect(of('plain', 'buffered-events')).toMatchObject([{ outcome: 'fail', blame: { host: 'plain', confidence: 'likely' } }]);
    expect(of('no-delay', 'buffered-events')).toMatchObject([{ outcome: 'pass' }]);
  });

  it.each(['http10', 'tls'])('names nginx, which gathers the answers of %s unless the origin asks it not to', (path) => {
    const [held] = of(path, 'buffered-events');
    expect(held).toMatchObject({ outcome: 'fail', blame: { host: path, confidence: 'likely' } });
    expect(held?.cases?.every((id) => !id.endsWith('unbuffered'))).toBe(true);
  });

  it('accuses nobody where nginx is told to pass answers on', () => {
    expect(of('unbuffered', 'buffered-events')).toMatchObject([{ outcome: 'pass' }]);
  });

  it('names the line that dresses ordinary requests up as handshakes', () => {
    expect(of('hardcoded', 'failed-plain-http')).toMatchObject([
      { outcome: 'fail', blame: { host: 'hardcoded', config: { symptom: 'spoils-plain-http' } } },
    ]);
  });
});
