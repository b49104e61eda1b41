import type { ThresholdResult } from '../model/policy-result.ts';
import { quantityWords } from './quantity.ts';

/** `7.1 ms`, `at least 60 s`, `not measured`. */
export const measuredWords = ({ measured }: Pick<ThresholdResult, 'measured'>): string =>
  measured === null ? 'not measured' : `${measured.atLeast === true ? 'at least ' : ''}${quantityWords(measured.value, measured.unit)}`;

/** `expected p99 added latency <= 5 ms, measured 7.1 ms: load morning: ...`. Contains text of the user: escape it. */
export function thresholdSentence(result: Pick<ThresholdResult, 'expect' | 'measured' | 'because'>): string {
  const seen = result.measured === null ? 'not measured' : `measured ${measuredWords(result)}`;
  return `expected ${result.expect}, ${seen}: ${result.because}`;
}

/** `3 warnings`, `3 warnings, and the policy lets 2 be`. */
export function warningWords({ count, max }: { readonly count: number; readonly max: number | null }): string {
  const words = `${count} ${count === 1 ? 'warning' : 'warnings'}`;
  return max !== null && count > max ? `${words}, and the policy lets ${max === 0 ? 'none' : String(max)} be` : words;
}
