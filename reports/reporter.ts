import type { RunRecord } from '../harness/model/record.ts';

/** A report is a pure function of one record: the same record gives the same text, today and years later. */
export type Reporter = (record: RunRecord) => string;
