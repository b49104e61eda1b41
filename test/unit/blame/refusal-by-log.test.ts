import { describe, expect, it } from 'vitest';
import { blameByLog } from '../../../harness/blame/refusal-by-log.ts';
import type { ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import { configLine, DENIED, hostOf, pathWith, proxyLog } from '../audits/path-builders.ts';

const rule = configLine('answers-itself', { scope: { logName: 'fe_main', status: 403 } });
const given = { path: pathWith(['nginx', 'haproxy']), hosts: [hostOf('nginx'), hostOf('haproxy', [rule])], isOriginUp: true };
const blamed = (...logs: readonly ProxyLogEvidence[]) => blameByLog({ ...given, status: 403, logs });
const UNREACHABLE = { status: 503, serverStatus: null, reachedServer: false, server: 'be_origin/origin1', endedBy: 'server' } as const;

describe('blameByLog', () => {
  it('names the one proxy whose every line says that it answered', () => {
    expect(blamed(proxyLog('haproxy', DENIED), proxyLog('haproxy', DENIED))).toMatchObject({
      host: 'haproxy',
      confidence: 'likely',
      leg: 'nginx-haproxy',
      direction: 'to-client',
      config: rule,
    });
  });

  it.each([
    ['two claim it', [proxyLog('haproxy', DENIED), proxyLog('nginx', DENIED)]],
    ['one of its lines says otherwise', [proxyLog('haproxy', DENIED), proxyLog('haproxy', { status: 403, serverStatus: 403 })]],
    ['there is no line of this status', [proxyLog('haproxy', { ...DENIED, status: 400 })]],
    ['there is no line of this target', [proxyLog('haproxy', { ...DENIED, target: '/other' })]],
  ])('names nobody when %s', (_, logs) => {
    expect(blamed(...logs)).toBeNull();
  });

  it('knows a socket of the path by its target without the query', () => {
    expect(blamed(proxyLog('haproxy', { ...DENIED, target: '/socket?hold=a.idle.' }))).toMatchObject({ host: 'haproxy' });
  });

  it('names the last proxy whose server refused it while the origin was there for the control path', () => {
    const logs = [proxyLog('haproxy', UNREACHABLE), proxyLog('nginx', { status: 503, serverStatus: 503, reachedServer: true })];
    expect(blameByLog({ ...given, status: 503, logs })).toMatchObject({ host: 'haproxy', direction: 'to-origin', leg: 'haproxy-origin' });
    expect(blameByLog({ ...given, status: 503, logs, isOriginUp: false })).toBeNull();
    const timedOut = [proxyLog('haproxy', { ...UNREACHABLE, endedBy: 'timeout' })];
    expect(blameByLog({ ...given, status: 503, logs: timedOut })).toBeNull();
  });

  it('names nobody where a device under test stands before the origin, for it may refuse in its name', () => {
    const [first, ...links] = given.path.links;
    const last = { name: 'firewall', impairments: [{ kind: 'forget-flows', afterMs: 2000, direction: 'both', subject: true }] } as const;
    const path = { ...given.path, links: [...(first === undefined ? [] : [first]), ...links.slice(0, -1), last] };
    expect(blameByLog({ ...given, path, status: 503, logs: [proxyLog('haproxy', UNREACHABLE)] })).toBeNull();
  });
});
