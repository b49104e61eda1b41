import type { PathRecord } from '../../harness/model/record.ts';
import { tallyOf } from '../instrument-check.ts';
import { clip } from '../visible-text.ts';
import { html, type Html } from './html.ts';

/** Whether the instruments agree about the legs of one path, and each leg and scenario about which they do not. */
export function instrumentDoubts(it: PathRecord): Html | null {
  const tally = tallyOf([it]);
  if (tally === null) return null;
  const doubts = it.instruments.filter(({ agree }) => !agree);
  return html`
<section><h3>Instrument check</h3>
  <p class="sessions">${tally.replace(/^./, (letter) => letter.toUpperCase())}${doubts.length > 0 ? html`, <b>and not on:</b>` : '.'}</p>
  ${
    doubts.length > 0 &&
    html`<div class="scroll" tabindex="0"><table class="passes"><thead class="hidden-text"><tr><th scope="col">Leg</th><th scope="col">Scenario</th><th scope="col">Why</th></tr></thead>
    <tbody>${doubts.map(({ leg, scenario, because }) => html`<tr><th scope="row"><code>${leg}</code></th><td>${scenario}</td><td>${clip(because, 400)}</td></tr>`)}</tbody></table></div>`
  }
</section>`;
}
