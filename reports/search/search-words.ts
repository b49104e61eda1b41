import type { SearchCost } from '../../harness/model/search-results.ts';
import { formatCount, formatDuration, plural } from '../numbers.ts';

/** `41 runs, 12.0 s; 58 configs that were only checked, 3 answers known already`. */
export function costWords({ runs, checks, cached }: SearchCost, elapsedMs: number): string {
  const known = cached === 0 ? [] : [`${plural(cached, 'answer')} known already`];
  const checked = checks === 0 ? [] : [`${formatCount(checks)} ${checks === 1 ? 'config that was' : 'configs that were'} only checked`];
  const rest = [...checked, ...known].join(', ');
  return `${plural(runs, 'run')}, ${formatDuration(elapsedMs)}${rest === '' ? '' : `; ${rest}`}`;
}

/** Text of a config on one line: tabs as blanks, no line end. */
export const configText = (text: string): string => text.trimEnd().replaceAll('\t', '    ');
