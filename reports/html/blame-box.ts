import type { Blame } from '../../harness/model/finding.ts';
import type { JudgedFinding, PathRecord } from '../../harness/model/record.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import { clearedNames, configPlace, CONFIDENCE_WORDS, DIRECTION_WORDS } from '../blame-words.ts';
import type { Claim } from '../claim.ts';
import { legBeside, programOf } from '../host-words.ts';
import { clip } from '../visible-text.ts';
import { html, type Hole, type Html } from './html.ts';
import { prose } from './prose.ts';

const row = (name: string, value: Hole): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function guiltyWords({ path, hosts }: PathRecord, { host }: Blame): Html {
  if (host === 'unknown') return html`<span class="host-unknown">unknown</span>`;
  const program = programOf(path, host, hosts);
  return program === null
    ? html`<span class="host-name">${host}</span>`
    : html`<span class="host-name">${program}</span><br><span class="muted">host <code>${host}</code></span>`;
}

function legWords({ path }: PathRecord, { host, leg }: Blame): Html | null {
  if (leg === null) return null;
  const words = legBeside(path, host, leg);
  return words === null ? html`<code>${leg}</code>` : html`${words}<br><code class="muted">${leg}</code>`;
}

/** The line of the config with its number, and what it does. */
export const configExcerpt = (config: ConfigLine): Html =>
  html`
<figure class="excerpt">
  <figcaption><code>${configPlace(config)}</code></figcaption>
  <pre><span class="gutter" aria-hidden="true">${config.line}</span><code>${clip(config.text, 500)}</code></pre>
  <p>${prose(clip(config.explanation, 500))}</p>
</figure>`;

function cleared(blame: Blame): Html | null {
  if (blame.innocent.length === 0) return null;
  const item = (sentence: string): Html => {
    const [name] = clearedNames({ ...blame, innocent: [sentence] });
    const text = clip(sentence, 600);
    return html`<li>${name === undefined ? text : html`<b>${name}</b>${text.slice(name.length)}`}</li>`;
  };
  return html`<div><p class="label">Cleared</p><ul class="cleared-list">${blame.innocent.map(item)}</ul></div>`;
}

/** Who did it, how sure that is and why; what its log says and the line of config that explains it; who is cleared. */
export const blameBox = (it: PathRecord, { expected, outcome }: JudgedFinding, blame: Blame, claim: Claim): Html => html`
<div class="blame">
  <dl class="who ${blame.host === 'unknown' || outcome !== 'fail' ? 'nobody' : expected ? 'expected' : 'guilty'}">
    ${row(outcome === 'fail' ? (blame.host === 'unknown' ? 'Guilty host' : 'Guilty') : 'Suspect', guiltyWords(it, blame))}
    ${blame.leg !== null && row('Leg', legWords(it, blame))}
    ${blame.direction !== null && row('Direction', DIRECTION_WORDS[blame.direction])}
    ${row('Confidence', html`${blame.confidence}<span class="muted">: ${CONFIDENCE_WORDS[blame.confidence]}</span>`)}
  </dl>
  <div class="why">
    ${!claim.saysWhy && html`<p>${prose(clip(blame.because, 1000))}</p>`}
    ${claim.log !== null && html`<p class="log-words">${claim.log.program} log: ${prose(clip(claim.log.words, 500))}</p>`}
    ${blame.config !== null && configExcerpt(blame.config)}
    ${cleared(blame)}
  </div>
</div>`;

export const blameCss = `
.blame { display: grid; grid-template-columns: minmax(0, 13rem) minmax(0, 1fr); gap: 1rem 1.5rem; }
.who { align-self: start; display: grid; gap: .5rem; align-content: start; padding: .75rem .9rem; border-radius: 6px; background: var(--sunken); font-size: .8125rem; line-height: 1.45; }
.who dt { font-size: .75rem; color: var(--muted); }
.who .host-name { font: 650 1rem/1.3 var(--mono); overflow-wrap: anywhere; }
.who .host-unknown { font-size: 1rem; font-weight: 650; }
.who.guilty { background: var(--fail-tint); } .who.guilty .host-name { color: var(--fail); }
.who.expected { background: var(--declared-tint); } .who.expected .host-name { color: var(--declared); }
.who.guilty .muted, .who.guilty dt, .who.expected .muted, .who.expected dt { color: var(--text); }
.why { display: grid; gap: .85rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.excerpt { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.excerpt figcaption { padding: .35rem .75rem; border-block-end: 1px solid var(--line); color: var(--muted); }
.excerpt pre { display: flex; gap: .9rem; padding: .55rem .75rem; background: var(--sunken); }
.excerpt pre code { white-space: pre-wrap; }
.gutter { color: var(--muted); user-select: none; }
.excerpt p { padding: .45rem .75rem .5rem; font-size: .875rem; }
.log-words { font-size: .875rem; }
.cleared-list { font-size: .875rem; }
.cleared-list li { position: relative; padding-inline-start: 1.3rem; }
.cleared-list li::before { content: "✓"; position: absolute; inset-inline-start: 0; color: var(--pass); }
@media (max-width: 760px) { .blame { grid-template-columns: minmax(0, 1fr); } }
`;
