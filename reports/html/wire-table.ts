import type { LegSummary, PathRecord, RunRecord } from '../../harness/model/record.ts';
import { formatCount, plural } from '../numbers.ts';
import { ARROW_WORDS, causesOf, controlLeg, shareOfLeg } from '../wire-words.ts';
import { html, type Hole, type Html } from './html.ts';

const dash = html`<span class="muted">–</span>`;
const notMeasured = html`<span class="muted">not measured</span>`;

/** Names of the columns; on a narrow screen each stands before its number. */
const HEADS = {
  segs: 'segments',
  again: 'sent again',
  control: 'on control',
  why: 'why',
  lost: 'lost between',
  resets: 'resets',
} as const;

const cell = (name: keyof typeof HEADS, value: Hole): Html => html`<td class="number" data-name="${HEADS[name]}">${value}</td>`;
const count = (name: keyof typeof HEADS, value: number | null): Html =>
  cell(name, value === null ? notMeasured : value === 0 ? html`<span class="muted">0</span>` : formatCount(value));

/** The leg's name for all of its rows, with the number of its connections. */
const legHead = ({ leg, connections }: LegSummary, rows: number): Html =>
  html`<th scope="rowgroup" rowspan="${rows}"><code>${leg}</code><br><span class="muted">${plural(connections, 'connection')}</span></th>`;

/** Columns that a table goes without where they would hold nothing. */
interface Columns {
  readonly control: boolean;
  readonly why: boolean;
}

function row(leg: LegSummary, head: Html | null, control: Hole, columns: Columns): Html {
  const share = shareOfLeg(leg);
  const again =
    leg.resentSegs > 0 && share !== null
      ? cell('again', html`<b>${formatCount(leg.resentSegs)}</b> (${share})`)
      : count('again', leg.resentSegs);
  const causes = causesOf(leg).map((words, index) => html`${index > 0 && ', '}<span>${words}</span>`);
  return html`<tr>${head}<th scope="row">${ARROW_WORDS[leg.direction]}</th>${count('segs', leg.segs)}${again}${control}${columns.why && html`<td class="causes" data-name="${HEADS.why}">${causes.length > 0 ? causes : dash}</td>`}${count('lost', leg.lostPackets)}${count('resets', leg.resets)}</tr>`;
}

function rows(record: RunRecord, it: PathRecord, legs: readonly LegSummary[], columns: Columns): Html {
  const onControl = (leg: LegSummary): Hole => {
    const there = controlLeg(record, it, leg);
    return cell('control', there === null ? dash : (shareOfLeg(there) ?? dash));
  };
  return html`<tbody>${legs.map((leg, index) => row(leg, index === 0 ? legHead(leg, legs.length) : null, columns.control && onControl(leg), columns))}</tbody>`;
}

const TITLE = 'On the wire, by the captures at both ends';
const NOT_CAPTURED = html`<section><h3>${TITLE}</h3><p class="muted sessions">No packet of this path was captured.</p></section>`;

/** What the captures at both ends of each leg show, over all scenarios, and how that relates to the kernels' counters. */
export function wireTable(record: RunRecord, it: PathRecord): Html | null {
  if (it.legs.length === 0) return record.paths.some(({ legs }) => legs.length > 0) ? NOT_CAPTURED : null;
  const columns: Columns = {
    control: it.legs.some((leg) => controlLeg(record, it, leg) !== null),
    why: it.legs.some(({ resentSegs }) => resentSegs > 0),
  };
  const names = (Object.keys(HEADS) as (keyof typeof HEADS)[]).filter((name) => (name !== 'control' && name !== 'why') || columns[name]);
  const groups = [...Map.groupBy(it.legs, ({ leg }) => leg).values()];
  return html`
<section><h3>${TITLE}</h3>
  <div class="scroll" tabindex="0"><table class="wire">
    <thead><tr><th scope="col">Leg</th><th scope="col">direction</th>${names.map((name) => html`<th scope="col" class="${name === 'why' ? '' : 'number'}">${HEADS[name]}</th>`)}</tr></thead>
    ${groups.map((legs) => rows(record, it, legs, columns))}
  </table></div>
  <p class="muted fine">The kernels' counters are the reference, read while this path is driven alone; the captures are the evidence of every scenario, and tell leg, direction and cause, needless resends included.</p>
</section>`;
}

export const wireCss = `
.wire { inline-size: auto; min-inline-size: 60%; }
.wire thead th { font-size: .75rem; color: var(--muted); vertical-align: bottom; }
.wire thead th.number { white-space: normal; }
.wire :is(td, th) { white-space: nowrap; padding-inline: .55rem; }
.wire tbody th { font-weight: 400; }
.wire thead th:first-child, .wire th[scope="rowgroup"] { padding-inline-start: 0; }
.wire th[scope="rowgroup"] { white-space: normal; min-inline-size: 7.4rem; }
.wire th[scope="rowgroup"] code { overflow-wrap: normal; }
.wire th[scope="rowgroup"] .muted { font-size: .8125rem; white-space: nowrap; }
.wire tbody:not(:last-child) > tr:not(:last-child) > :not([rowspan]), .wire tbody:last-child > tr > * { border-block-end: 0; }
.wire tbody:not(:last-child) > tr:last-child > * { border-block-end: 1px solid var(--line); }
.wire tbody > tr:not(:first-child) > * { padding-block-start: 0; }
.wire .causes { white-space: normal; font-size: .8125rem; min-inline-size: 16rem; }
.wire .causes span { white-space: nowrap; }
@media screen and (max-width: 640px) {
  .wire, .wire tbody { display: block; }
  .wire thead { display: none; }
  .wire tbody > tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding-block: .2rem .5rem; }
  .wire tbody:not(:last-child) { border-block-end: 1px solid var(--line); margin-block-end: .5rem; }
  .wire tbody > tr > * { display: block; padding: 0; border: 0 !important; }
  .wire tbody > tr > th { flex-basis: 100%; }
  .wire td::before { content: attr(data-name) " "; color: var(--muted); }
  .wire .causes { min-inline-size: 0; font-size: inherit; flex-basis: 100%; order: 1; }
  .wire .causes:has(> .muted), .wire th[scope="rowgroup"] br { display: none; }
  .wire th[scope="rowgroup"] code { margin-inline-end: .75rem; font-weight: 600; overflow-wrap: anywhere; }
}
`;
