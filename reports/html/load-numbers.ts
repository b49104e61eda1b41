import type { LoadChart, LoadPoint } from '../../harness/model/record.ts';
import { formatCount } from '../numbers.ts';
import { html, type Html } from './html.ts';

const ms = (value: number | null): string => (value === null ? '–' : value < 100 ? value.toFixed(2) : formatCount(value));

const COLUMNS: readonly (readonly [string, (point: LoadPoint) => string])[] = [
  ['open', ({ open }) => formatCount(open)],
  ['upgraded', ({ upgraded }) => formatCount(upgraded)],
  ['failed upgrades', ({ failedUpgrades }) => formatCount(failedUpgrades)],
  ['lost sessions', ({ lostSessions }) => formatCount(lostSessions)],
  ['sent', ({ sent }) => formatCount(sent)],
  ['unsent', ({ missed }) => formatCount(missed)],
  ['echoed', ({ echoed }) => formatCount(echoed)],
  ['corrupted', ({ corrupted }) => formatCount(corrupted)],
  ['p50 ms', ({ p50Ms }) => ms(p50Ms)],
  ['p90 ms', ({ p90Ms }) => ms(p90Ms)],
  ['p99 ms', ({ p99Ms }) => ms(p99Ms)],
  ['slowest ms', ({ maxMs }) => ms(maxMs)],
];

/** Every point of a load as a row, for those who cannot or would not read the drawing. */
export const loadNumbers = ({ points, bucketMs }: LoadChart): Html => html`
<div class="scroll frame numbers" tabindex="0"><table>
<thead><tr><th scope="col">from, s</th>${COLUMNS.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${points.map((point) => html`<tr><th scope="row">${(point.atMs / 1000).toFixed(bucketMs % 1000 === 0 ? 0 : 2)}</th>${COLUMNS.map(([, words]) => html`<td>${words(point)}</td>`)}</tr>`)}</tbody></table></div>`;

export const loadNumbersCss = `
.numbers { max-block-size: 26rem; overflow: auto; }
.numbers table { font-size: .75rem; font-variant-numeric: tabular-nums; }
.numbers td, .numbers th { text-align: end; padding: .15rem .55rem; white-space: nowrap; }
.numbers thead th { white-space: normal; vertical-align: bottom; position: sticky; inset-block-start: 0; background: var(--surface); color: var(--muted); }
.numbers tbody th { font-weight: 500; }
@media print { .numbers { max-block-size: none; } }
`;
