import type { TcpSummary } from '../../harness/model/record.ts';
import { formatCount } from '../numbers.ts';
import { lostAgain, shareSentAgain, togetherOf } from '../sent-again.ts';
import { html, type Html } from './html.ts';

const notMeasured = html`<span class="muted">not measured</span>`;
const cell = (value: string | number | Html | null): Html =>
  html`<td class="number">${typeof value === 'number' ? formatCount(value) : (value ?? notMeasured)}</td>`;

interface Columns {
  readonly control: readonly TcpSummary[] | null;
  readonly needless: boolean;
  /** The row of all hosts together. */
  readonly isSum: boolean;
}

function row(tcp: TcpSummary, control: TcpSummary | undefined, columns: Columns): Html {
  const all = tcp.outSegs === null || tcp.retransSegs === null ? null : tcp.outSegs + tcp.retransSegs;
  const there = control === undefined ? html`<span class="muted">not on it</span>` : shareSentAgain(control);
  const name = columns.isSum ? tcp.host : html`<code>${tcp.host}</code>`;
  return html`<tr><th scope="row">${name}</th>${cell(lostAgain(tcp))}${columns.needless && cell(tcp.needlessSegs ?? null)}${cell(all)}${cell(shareSentAgain(tcp))}${columns.control !== null && cell(there)}</tr>`;
}

/** Segments that each host sent again, from its kernel's counters over all scenarios, beside the share on the control path. */
export function retransmissions(tcp: readonly TcpSummary[], control: readonly TcpSummary[] | null): Html | null {
  if (tcp.length === 0) return null;
  const compared = control === null || control.length === 0 ? null : control;
  const columns = { control: compared, needless: tcp.some(({ needlessSegs }) => (needlessSegs ?? 0) > 0), isSum: false };
  return html`
<section><h3>Retransmissions in all scenarios</h3>
  <div class="scroll" tabindex="0"><table class="retransmissions">
    <thead><tr><th scope="col">Host</th><th scope="col" class="number">segments sent again</th>${
      columns.needless && html`<th scope="col" class="number">needlessly besides</th>`
    }<th scope="col" class="number">of segments</th><th scope="col" class="number">share</th>${
      compared !== null && html`<th scope="col" class="number">share on control</th>`
    }</tr></thead>
    <tbody>${tcp.map((it) =>
      row(
        it,
        compared?.find(({ host }) => host === it.host),
        columns,
      ),
    )}${tcp.length > 1 && row(togetherOf(tcp), compared === null ? undefined : togetherOf(compared), { ...columns, isSum: true })}</tbody>
  </table></div>
</section>`;
}

export const retransmissionsCss = `
.retransmissions { inline-size: auto; min-inline-size: 60%; }
.retransmissions thead th { font-size: .75rem; color: var(--muted); }
.retransmissions td, .retransmissions th { white-space: nowrap; }
.retransmissions th:first-child { padding-inline-start: 0; }
.retransmissions tbody th { font-weight: 400; }
.retransmissions tbody tr:last-child { font-weight: 600; }
@media (max-width: 640px) { .retransmissions td, .retransmissions th { padding-inline: .4rem; } .retransmissions thead th { white-space: normal; } .retransmissions th:first-child { white-space: normal; overflow-wrap: anywhere; min-inline-size: 6rem; } }
`;
