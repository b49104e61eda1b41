import type { Expectation } from '../../harness/model/path.ts';
import type { ExpectationResult } from '../../harness/model/record.ts';
import { clip } from '../visible-text.ts';
import { html, type Html } from './html.ts';
import { markDot } from './mark.ts';
import { prose } from './prose.ts';

function item({ audit, scenario, met, because, seen }: ExpectationResult, declared: Expectation | undefined): Html {
  const measures = Object.entries(declared?.measures ?? {}).map(([name, value]) => html` <code>${name} ${value}</code>`);
  return html`
<li>${markDot(met ? 'declared' : 'missing')}<div>Declared: <b>${audit}</b>${scenario !== null && html` in ${scenario}`}${declared !== undefined && html`, blaming <code>${declared.host}</code>`}${measures.length > 0 && html`, with${measures}`}:
${met ? 'came true' : html`<b class="unmet">did not come true</b>`}. <span class="muted">${prose(clip(because, 400))}.</span>${!met && seen !== '' && html` Seen instead: ${prose(clip(seen, 400))}.`}</div></li>`;
}

/** What the path's data declares must be found, and whether it was. */
export function expectations(results: readonly ExpectationResult[], declared: readonly Expectation[]): Html | null {
  if (results.length === 0) return null;
  const match = (result: ExpectationResult): Expectation | undefined =>
    declared.find(({ audit, scenario }) => audit === result.audit && scenario === result.scenario);
  return html`<section><h3 class="hidden-text">Declared failures</h3><ul class="expectations">${results.map((result) => item(result, match(result)))}</ul></section>`;
}

export const expectationsCss = `
.expectations { display: grid; gap: .4rem; font-size: .875rem; }
.expectations li { display: flex; gap: .6rem; }
.expectations li > div { min-inline-size: 0; }
.expectations .unmet { color: var(--fail); }
`;
