import type { RunRecord } from '../../harness/model/record.ts';
import type { Reporter } from '../reporter.ts';

/** What a reader wants to see first; the remaining keys, and those of every inner object, follow by name. */
const FIRST: readonly (keyof RunRecord)[] = ['schemaVersion', 'tool', 'verdict', 'exitCode', 'headline', 'run', 'lab', 'machine'];

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(byName)
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/**
 * record.json: the record itself, pretty, with keys in one order whatever order the run made them in, so that two records
 * can be compared line by line. Its JSON Schema is record.schema.json beside this file.
 */
export const jsonReport: Reporter = (record) => {
  const first = Object.fromEntries(FIRST.map((key) => [key, sorted(record[key])]));
  return `${JSON.stringify({ ...first, ...(sorted(record) as object) }, null, 2)}\n`;
};
