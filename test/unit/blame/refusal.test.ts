import { describe, expect, it } from 'vitest';
import { viewHandshake } from '../../../harness/blame/handshake-view.ts';
import { NO_HABIT } from '../../../harness/blame/origin-habit.ts';
import { blameRefusal } from '../../../harness/blame/refusal.ts';
import { answer, client, head, refusedUnseen, rejected, REQUEST, SWITCH } from '../audits/handshake-builders.ts';
import { configLine, DENIED, hostOf, pathWith } from '../audits/path-builders.ts';

import { logOf, refusal, TIMEOUT, silent, seen, at, STATIC, BARE, drops, NO_SERVER } from './refusal-cases.ts';
import type { Case } from './refusal-cases.ts';

describe('blameRefusal: who may be named', () => {
  it.each([
    ['silence', silent(TIMEOUT)],
    ['a status', refusedUnseen(403)],
    ['a changed answer', seen(rejected(502), REQUEST, SWITCH, answer(502))],
    ['a changed request', at(426, BARE)],
  ])('never names a proxy on a path without any: %s', (_, evidence) => {
    expect(refusal({ proxies: [], evidence, logs: { haproxy: DENIED } }).blame.host).toBe('unknown');
  });

  it("takes the origin's silence for nothing when it recorded nothing of the control path either", () => {
    expect(refusal({ evidence: refusedUnseen(403), logs: { haproxy: DENIED }, control: { isOriginRecorded: false } }).blame.host).toBe(
      'unknown',
    );
  });

  it.each<[string, Case, string]>([
    [
      'the inner proxy that says it answered',
      {
        evidence: refusedUnseen(403),
        logs: { nginx: { ...DENIED, serverStatus: 403, reachedServer: true, endedBy: null }, haproxy: DENIED },
      },
      'haproxy',
    ],
    ['the outer proxy that says it answered', { evidence: refusedUnseen(403), logs: { nginx: DENIED } }, 'nginx'],
    ['nobody when both say so', { evidence: refusedUnseen(403), logs: { nginx: DENIED, haproxy: DENIED } }, 'unknown'],
    [
      'nobody when the outer one only passed it on',
      { evidence: refusedUnseen(403), logs: { nginx: { ...DENIED, serverStatus: 403, reachedServer: true, endedBy: null } } },
      'unknown',
    ],
    [
      'nobody when the outer log says nothing of a server',
      { evidence: refusedUnseen(403), logs: { nginx: { status: 403, serverStatus: null, reachedServer: null, server: null } } },
      'unknown',
    ],
    ['nobody without logs', { evidence: refusedUnseen(403) }, 'unknown'],
    [
      'nobody when the outer one could not reach the inner one',
      { evidence: refusedUnseen(503), logs: { nginx: { ...NO_SERVER, endedBy: 'server' } } },
      'unknown',
    ],
    [
      'the one that logs 101 from its server and another status',
      {
        evidence: seen(rejected(502), REQUEST, SWITCH, answer(502)),
        logs: { nginx: { status: 502, serverStatus: 502, endedBy: null }, haproxy: { status: 502, serverStatus: 101, endedBy: 'proxy' } },
      },
      'haproxy',
    ],
    ['nobody for a 101 that got lost without a log', { evidence: seen(rejected(502), REQUEST, SWITCH, answer(502)) }, 'unknown'],
    ['the one whose config alone drops the upgrade', { evidence: at(426, BARE), hosts: [hostOf('nginx', [drops])] }, 'nginx'],
    ['nobody when both configs can', { evidence: at(426, BARE), hosts: [hostOf('nginx', [drops]), hostOf('haproxy', [drops])] }, 'unknown'],
  ])('of two proxies names %s', (_, given, host) => {
    expect(refusal({ proxies: ['nginx', 'haproxy'], ...given }).blame.host).toBe(host);
  });
});

describe('blameRefusal: lines and servers', () => {
  it('says that a path has no proxies', () => {
    expect(refusal({ proxies: [], evidence: refusedUnseen(403) }).blame.because).toContain('on a path without proxies');
  });

  it('takes a request for another server for misrouted even when that server could not be reached', () => {
    const line = configLine('answers-itself', { scope: { logName: 'be_static' } });
    const logs = { haproxy: { ...NO_SERVER, server: 'be_static/static1', endedBy: 'server' as const } };
    expect(refusal({ evidence: refusedUnseen(503), logs, hosts: [hostOf('haproxy', [line])] }).cause).toBe('misrouted');
  });

  it('takes a request that was denied on its way to another server for answered', () => {
    const line = configLine('answers-itself', { scope: { logName: 'be_static' } });
    const logs = { haproxy: { ...DENIED, server: 'be_static/<NOSRV>' } };
    expect(refusal({ evidence: refusedUnseen(403), logs, hosts: [hostOf('haproxy', [line])] }).cause).toBe('answered-itself');
  });

  it('does not take a back end for another server because it has a rule with a status', () => {
    const line = configLine('answers-itself', { scope: { logName: 'be_origin', status: 403 } });
    const logs = { haproxy: { status: 504, serverStatus: null, reachedServer: true, endedBy: 'timeout' as const } };
    expect(refusal({ evidence: refusedUnseen(504), logs, hosts: [hostOf('haproxy', [line])] }).cause).toBe('undecided');
  });

  it('points to the line of the backend that the log names', () => {
    const lines = [
      configLine('answers-itself', { line: 8, scope: { logName: 'be_static' } }),
      configLine('answers-itself', { line: 9, scope: { logName: 'be_other' } }),
    ];
    const { blame } = refusal({ evidence: refusedUnseen(404), logs: { haproxy: STATIC }, hosts: [hostOf('haproxy', lines)] });
    expect(blame).toMatchObject({
      config: { line: 8 },
      because: expect.stringContaining('sent GET /socket to be_static/static1 instead of the origin'),
    });
  });

  it('believes the config that a named backend is not the origin, even without an answer', () => {
    const line = configLine('answers-itself', { scope: { logName: 'be_static' } });
    const timedOut = { ...STATIC, status: 504, serverStatus: null, endedBy: 'timeout' as const };
    expect(refusal({ evidence: refusedUnseen(504), logs: { haproxy: timedOut }, hosts: [hostOf('haproxy', [line])] }).cause).toBe(
      'misrouted',
    );
    expect(refusal({ evidence: refusedUnseen(504), logs: { haproxy: timedOut } }).cause).toBe('undecided');
  });

  it.each([
    ['10.100.1.130:9000', 'undecided'],
    ['10.100.1.130:8000', 'misrouted'],
    ['10.9.9.9:9000', 'misrouted'],
  ])("compares the address %s with the origin's", (server, cause) => {
    const origin = hostOf('origin', [], { role: 'origin', addresses: ['10.100.1.130'] });
    const logs = { haproxy: { status: 504, serverStatus: null, reachedServer: true, server, endedBy: 'timeout' as const } };
    expect(refusal({ evidence: refusedUnseen(504), logs, hosts: [origin] }).cause).toBe(cause);
  });

  it("takes a gateway status for the proxy's own when a rule of its config gives it", () => {
    const line = configLine('answers-itself', { text: 'return 503;', scope: { pathPrefix: '/socket', status: 503 } });
    const logs = { nginx: { status: 503, serverStatus: null, reachedServer: false, server: null, endedBy: null } };
    expect(refusal({ proxies: ['nginx'], evidence: refusedUnseen(503), logs, hosts: [hostOf('nginx', [line])] })).toMatchObject({
      cause: 'answered-itself',
      blame: { config: { text: 'return 503;' } },
    });
  });

  it('keeps the query of a target out of its words', () => {
    const query = [`GET /socket?token=secret HTTP/1.1`, ...REQUEST.slice(1)];
    const evidence = refusedUnseen(403, { client: client(head(query), head(answer(403))) });
    const facts = {
      path: pathWith(['haproxy']),
      hosts: [],
      outcome: evidence.outcome,
      view: viewHandshake(evidence),
      log: logOf({}),
      target: '/socket?token=secret',
      endedAtMs: 0,
      acceptable: ['101'],
      originHabit: NO_HABIT,
      control: { label: '101', isOriginRecorded: true, port: 9000 },
    };
    expect(blameRefusal(facts).blame.because).toContain('GET /socket?[redacted]');
  });
});
