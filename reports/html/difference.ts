import type { LatencyDifference } from '../../harness/model/record.ts';
import { differenceWords, holdsZero, intervalWords } from '../latency-words.ts';
import { formatMs, formatMsDifference } from '../numbers.ts';
import { html, type Html } from './html.ts';

/** A difference of latency in a cell of a table: what was seen, and below it the interval, or what would have been seen. */
export function differenceMarkup(difference: LatencyDifference): Html {
  const { isDifferent, deltaMs, smallestDetectableMs } = difference;
  if (isDifferent) return html`<b>${formatMsDifference(deltaMs)}</b> <span class="interval">${intervalWords(difference)}</span>`;
  if (!holdsZero(difference)) return html`<span class="muted">${differenceWords(difference)}</span>`;
  return html`<span class="muted">no difference seen,</span> <span class="interval">smallest detectable was ${formatMs(smallestDetectableMs)}</span>`;
}

export const differenceCss = `
.difference b { font-weight: 600; white-space: nowrap; }
.difference .interval { display: block; color: var(--muted); font-size: .92em; }
.plain { color: var(--muted); white-space: nowrap; }
`;
