import type { HostEvidence, LinkEvidence } from '../../harness/model/evidence.ts';
import { impairmentLabel } from '../impairment-label.ts';
import { clip } from '../visible-text.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';

const dash = html`<span class="muted">none</span>`;

const hostRow = (it: HostEvidence): Html => html`
<tr><th scope="row"><code>${it.host}</code></th><td>${it.role}</td><td>${it.service === null ? dash : `${it.service}${it.version === null ? '' : ` ${it.version}`}`}</td>
<td>${it.config === null ? dash : html`<code>${it.config.label}</code>`}</td><td>${it.log === null ? dash : html`<code>${it.log}</code>`}</td><td>${it.addresses.join(', ')}</td></tr>`;

const linkRows = ({ link, applied }: LinkEvidence): readonly Html[] =>
  applied.map(
    ({ impairment, rung, note }) =>
      html`<tr><th scope="row"><code>${link}</code></th><td>${impairmentLabel(impairment)}</td><td>${rung}</td><td>${clip(note, 300)}</td></tr>`,
  );

/** Hosts as they were started and links as they were impaired, folded. */
export function hostList(hosts: readonly HostEvidence[], links: readonly LinkEvidence[]): Html | null {
  if (hosts.length === 0) return null;
  const impaired = links.flatMap(linkRows);
  return fold(
    'Hosts, versions, configs and links',
    html`
  <div class="scroll" tabindex="0"><table class="passes">
    <thead><tr><th scope="col">Host</th><th scope="col">Role</th><th scope="col">Version</th><th scope="col">Config</th><th scope="col">Log in the run folder</th><th scope="col">Addresses</th></tr></thead>
    <tbody>${hosts.map(hostRow)}</tbody>
  </table></div>
  ${
    impaired.length > 0 &&
    html`<div class="scroll" tabindex="0"><table class="passes">
    <thead><tr><th scope="col">Link</th><th scope="col">Impairment</th><th scope="col">By</th><th scope="col">What that does</th></tr></thead><tbody>${impaired}</tbody>
  </table></div>`
  }`,
  );
}
