import { describe, expect, it } from 'vitest';
import { blameByLog } from '../../../harness/blame/refusal-by-log.ts';
import type { ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import { configLine, DENIED, hostOf, pathWith, proxyLog } from '../audits/path-builders.ts';

const rule = configLine('answers-itself', { scope: { logName: 'fe_main', status: 403 } });
const blamed = (...logs: readonly ProxyLogEvidence[]) =>
  blameByLog({ path: pathWith(['nginx', 'haproxy']), hosts: [hostOf('nginx'), hostOf('haproxy', [rule])], status: 403, logs });

describe('blameByLog', () => {
  it('names the one proxy whose every line says that it answered', () => {
    expect(blamed(proxyLog('haproxy', DENIED), proxyLog('haproxy', DENIED))).toMatchObject({
      host: 'haproxy',
      confidence: 'likely',
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
});
