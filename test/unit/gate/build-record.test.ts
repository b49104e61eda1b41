import { describe, expect, it } from 'vitest';
import { buildRecord } from '../../../harness/gate/build-record.ts';
import type { Judgement } from '../../../harness/gate/gate.ts';
import type { TcpCounterEvidence } from '../../../harness/model/evidence.ts';
import type { RunFacts } from '../../../harness/model/run-facts.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';
import { counters, evidenceSet } from '../audits/evidence-builders.ts';
import { pathWith } from '../audits/path-builders.ts';

const judgement: Judgement = {
  ...{ verdict: 'pass', exitCode: 0, cells: [], findings: [], expectations: [], headline: '' },
  ...{ thresholds: [], warnings: { count: 0, max: null }, quarantines: [], baseline: null, tightened: null },
};

function tcpOf(tcpCounters: readonly TcpCounterEvidence[]) {
  const { schemaVersion, tool, run, lab, machine, scenarios } = sampleRecord();
  const policy = { allow: [], inconclusive: 'refuse' } as const;
  const facts: RunFacts = { schemaVersion, tool, run, lab, machine, scenarios, policy, paths: [pathWith(['haproxy'])] };
  return buildRecord(facts, evidenceSet({ tcpCounters }), { audits: [], judgement }).paths[0]?.tcp;
}

describe('retransmissions in the record', () => {
  it('are summed over the scenarios, with the needless ones apart', () => {
    const delta = { RetransSegs: 6, OutSegs: 94, TCPDSACKRecvSegs: 2 };
    expect(tcpOf([counters('client', 4, 96), counters('client', 0, 0, { scenario: 'idle-hold', delta })])).toEqual([
      { host: 'client', retransSegs: 10, outSegs: 190, needlessSegs: 2 },
    ]);
  });

  it('are null when one reading failed or lacks them', () => {
    const unread = [counters('client', 4, 96), counters('client', 0, 0, { delta: null })];
    expect(tcpOf(unread)).toEqual([{ host: 'client', retransSegs: null, outSegs: null, needlessSegs: null }]);
    expect(tcpOf([counters('client', 0, 0, { delta: { OutSegs: 5 } })])?.[0]).toMatchObject({ retransSegs: null, outSegs: 5 });
  });
});
