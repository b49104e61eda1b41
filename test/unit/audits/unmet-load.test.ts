import { describe, expect, it } from 'vitest';
import { unmetLoad } from '../../../harness/audits/unmet-load.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import type { EvidenceSet } from '../../../harness/audits/audit.ts';
import { foldShards } from '../../../harness/fleet/fold-shards.ts';
import { mergedRun } from '../../../harness/fleet/merged-run.ts';
import { readShardLines } from '../../../harness/fleet/read-shard-lines.ts';
import { EVIDENCE_KINDS } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { LoadBucket } from '../../../harness/model/load.ts';
import { begin, distribution, end, told } from '../fleet/shard-sample.ts';

const shard = { index: 0, of: 1 };

/** What the audit says of a driver's result with these changes in its second bucket. */
async function judged(changes: Partial<LoadBucket>, last: readonly string[] = [end(shard)]): Promise<Finding | undefined> {
  async function* one(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from(`${[begin(shard), told(shard, 0), told(shard, 1, changes), ...last].join('\n')}\n`));
  }
  const { facts, load } = mergedRun(foldShards((await readShardLines('log', one())).lines), { files: 1, foreign: 0 });
  const empty = Object.fromEntries(EVIDENCE_KINDS.map((kind) => [kind, []])) as unknown as EvidenceSet;
  const evidence = { ...empty, loads: [{ ...load, ref: { file: 'evidence/loads.ndjson', line: 1 } }] };
  return auditRun(facts.paths, evidence).findings.find(({ auditId }) => auditId === unmetLoad.id);
}

describe('unmet-load', () => {
  it('passes a load that was carried whole', async () => {
    expect(await judged({})).toMatchObject({ outcome: 'pass', summary: '2 upgrades, 20 of 20 messages echoed, no session lost' });
  });

  it.each([
    ['upgrades that failed', { attempts: 3, upgradeFailures: { '503': 3 } }, '3 of 5 upgrades failed (503: 3)'],
    ['sessions that were lost', { lostSessions: { reset: 2 } }, '2 sessions ended by the other side (reset: 2)'],
    ['echoes that changed', { corrupted: 1 }, '1 echo came back changed or twice'],
    ['messages that stayed unanswered', { echoed: 7 }, '3 of 20 messages stayed unanswered'],
    ['messages that were never sent', { missed: 4 }, '4 messages due and never sent'],
  ])('fails %s and names nobody', async (_, changes, words) => {
    expect(await judged(changes)).toMatchObject({ outcome: 'fail', summary: expect.stringContaining(words), blame: { host: 'unknown' } });
  });

  it('does not decide where the generator was late, or its result is not whole', async () => {
    expect(await judged({ missed: 4, lag: distribution(...Array.from({ length: 50 }, () => 90_000)) })).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('the load generator was the bottleneck'),
    });
    expect(await judged({}, [])).toMatchObject({ outcome: 'inconclusive', summary: expect.stringContaining('not complete') });
  });
});
