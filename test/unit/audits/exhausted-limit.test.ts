import { describe, expect, it } from 'vitest';
import { exhaustedLimit } from '../../../harness/audits/exhausted-limit.ts';
import { noRecovery } from '../../../harness/audits/no-recovery.ts';
import type { CapacityEvidence } from '../../../harness/model/limit-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { capacityCase } from './limit-builders.ts';
import { hostOf, pathWith, proxyLog, T0 } from './path-builders.ts';

const PATH = pathWith(['haproxy']);
const FREE = onControl(capacityCase({ configured: null, above: {}, recoveredAfterMs: null }));
const judge = (
  more: Partial<CapacityEvidence>,
  audit: typeof exhaustedLimit | typeof noRecovery = exhaustedLimit,
  logs: Parameters<typeof findingsOf>[2]['proxyLogs'] = [],
) =>
  findingsOf(audit as typeof exhaustedLimit, PATH, { capacities: [capacityCase(more), FREE], hosts: [hostOf('haproxy')], proxyLogs: logs });

describe('exhausted-limit', () => {
  it('names the limit, its host and line, what was seen above it, and how soon there was room', () => {
    const [finding] = judge({});
    expect(finding).toMatchObject({
      outcome: 'fail',
      cases: ['at-limit-connections'],
      measures: { opened: 8, heldAnswered: 8, recoveredAfterMs: 12 },
      blame: { host: 'haproxy', confidence: 'likely', config: { text: 'maxconn 8' } },
    });
    expect(finding?.summary).toBe(
      'above 8 open sockets the next were not accepted (3 × 503): the limit of 8 connections of HAProxy 2.6.12 (host haproxy), haproxy.cfg:31 `maxconn 8`, is reached; there was room 12 ms after two were let go',
    );
  });

  it('is certain where the log of the host says it too', () => {
    const line = proxyLog('haproxy', { status: 503, serverStatus: null, atMs: T0 + 50 }, 'capacity');
    expect(judge({}, exhaustedLimit, [line])[0]?.blame?.confidence).toBe('certain');
  });

  it('names nobody when the count is not the one that the limit gives, or none is declared', () => {
    expect(judge({ opened: 4 })[0]?.blame?.host).toBe('unknown');
    expect(judge({ configured: null })[0]?.blame?.host).toBe('unknown');
  });

  it('tells open sockets that no longer answer', () => {
    expect(judge({ heldAnswered: 6 })[0]?.summary).toContain('of the 8 that were open 2 no longer answered');
  });

  it('takes a backlog to be reached only when somebody could not connect', () => {
    const backlog = { resource: 'backlog', above: { silent: 5 } } as const;
    expect(judge(backlog)[0]?.outcome).toBe('pass');
    expect(judge({ ...backlog, above: { silent: 5, 'no-connect': 2 } })[0]).toMatchObject({ outcome: 'fail', blame: { host: 'haproxy' } });
  });

  it('is not about a path on which nothing opens, or one socket was lost', () => {
    expect(judge({ opened: 0 })[0]?.summary).toBe('no socket opens here at all, so no limit of number was looked for');
    expect(judge({ above: { '101': 2, 'no-connect': 1 } })[0]?.outcome).toBe('pass');
  });

  it('passes where everything was accepted', () => {
    expect(judge({ above: {}, configured: null })[0]).toMatchObject({ outcome: 'pass', summary: '8 sockets at once were accepted' });
  });
});

describe('no-recovery', () => {
  it('finds a path that stays full', () => {
    expect(judge({ recoveredAfterMs: null }, noRecovery)[0]).toMatchObject({
      outcome: 'fail',
      blame: { host: 'haproxy', confidence: 'likely' },
    });
    expect(judge({ recoveredAfterMs: null, configured: null }, noRecovery)[0]?.blame?.host).toBe('unknown');
  });

  it('passes when there was room again, or no limit at all', () => {
    expect(judge({}, noRecovery)[0]).toMatchObject({ outcome: 'pass', measures: { recoveredAfterMs: 12 } });
    expect(judge({ above: {}, recoveredAfterMs: null }, noRecovery)[0]?.summary).toBe('no limit of number was reached');
  });
});
