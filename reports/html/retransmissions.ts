import type { TcpSummary } from '../../harness/model/record.ts';
import { formatCount, formatShare } from '../numbers.ts';
import { html, type Html } from './html.ts';

const notMeasured = html`<span class="muted">not measured</span>`;

function row({ host, retransSegs, outSegs }: TcpSummary, control: TcpSummary | undefined, compared: boolean): Html {
  const share = (it: TcpSummary | undefined): Html | string =>
    it?.retransSegs == null || it.outSegs === null ? notMeasured : (formatShare(it.retransSegs, it.outSegs) ?? 'nothing sent');
  return html`<tr><th scope="row"><code>${host}</code></th><td class="number">${retransSegs === null ? notMeasured : formatCount(retransSegs)}</td><td class="number">${outSegs === null ? notMeasured : formatCount(outSegs)}</td><td class="number">${share({ host, retransSegs, outSegs })}</td>${
    compared && html`<td class="number">${control === undefined ? html`<span class="muted">not on it</span>` : share(control)}</td>`
  }</tr>`;
}

/** Segments that each host sent again, from its kernel's counters, beside the share on the control path. */
export function retransmissions(tcp: readonly TcpSummary[], control: readonly TcpSummary[] | null): Html | null {
  if (tcp.length === 0) return null;
  const compared = control !== null && control.length > 0;
  return html`
<section><h3>Retransmissions</h3>
  <div class="scroll" tabindex="0"><table class="retransmissions">
    <thead><tr><th scope="col">Host</th><th scope="col" class="number">segments sent again</th><th scope="col" class="number">of segments sent</th><th scope="col" class="number">share</th>${
      compared && html`<th scope="col" class="number">share on control</th>`
    }</tr></thead>
    <tbody>${tcp.map((it) =>
      row(
        it,
        control?.find(({ host }) => host === it.host),
        compared,
      ),
    )}</tbody>
  </table></div>
</section>`;
}

export const retransmissionsCss = `
.retransmissions { inline-size: auto; min-inline-size: 60%; }
.retransmissions thead th { font-size: .75rem; color: var(--muted); }
.retransmissions td, .retransmissions th { white-space: nowrap; }
.retransmissions th:first-child { padding-inline-start: 0; }
.retransmissions tbody th { font-weight: 400; }
@media (max-width: 640px) { .retransmissions td, .retransmissions th { padding-inline: .4rem; } .retransmissions thead th { white-space: normal; } }
`;
