import type { RunRecord } from '../../harness/model/record.ts';
import type { Reporter } from '../reporter.ts';
import { orderedJson } from './ordered-json.ts';

/** What a reader wants to see first. */
const FIRST: readonly (keyof RunRecord)[] = ['schemaVersion', 'tool', 'verdict', 'exitCode', 'headline', 'run', 'lab', 'machine'];

/**
 * record.json: the record itself, pretty, with keys in one order whatever order the run made them in, so that two records
 * can be compared line by line. Its JSON Schema is record.schema.json beside this file.
 */
export const jsonReport: Reporter = (record) => orderedJson(record, FIRST);
