import { checkedSubjects } from '../harness/measure/entry-mark.ts';
import type { JudgedFinding, RunRecord } from '../harness/model/record.ts';
import { failuresIn, unmetExpectations } from './reading-order.ts';
import { byCause } from './same-cause.ts';

const isNamed = ({ blame }: JudgedFinding): boolean => blame !== null && blame.host !== 'unknown';

/**
 * The finding that answers the reader's question, so a report can open with it: a failure that nobody declared, one with a name before one
 * without; when all is as declared, the failure of the incident that was reproduced. Null when the headline alone has to do, as where a
 * declared failure is missing or nothing could be decided, or where the question was what a config does at all its entries.
 */
export function leadOf(record: RunRecord): JudgedFinding | null {
  if (checkedSubjects(record.subjects).length > 0) return null;
  const { unexpected, declared } = failuresIn(record);
  const causes = byCause(unexpected).map((cause) => cause.lead);
  const loud = causes.find(isNamed) ?? causes[0];
  if (loud !== undefined) return loud;
  if (record.verdict !== 'pass' || unmetExpectations(record).length > 0) return null;
  const incidents = new Set(record.paths.filter(({ path }) => path.incident !== null).map(({ path }) => path.id));
  return declared.find((finding) => incidents.has(finding.path) && isNamed(finding)) ?? null;
}
