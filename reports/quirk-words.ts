import type { JudgedFinding } from '../harness/model/record.ts';

/** A known quirk in a line: the audit, the cases, and why it is so. */
export const quirkWords = ({ auditId, cases, quirk = '' }: JudgedFinding): string =>
  `${auditId}${cases === undefined ? '' : ` (${cases.join(', ')})`}: ${quirk}`;
