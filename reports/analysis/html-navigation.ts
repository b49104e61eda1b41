import { html, type Html } from '../html/html.ts';

/** Sections as they stand in the page, by id. */
const SECTIONS: readonly (readonly [string, string])[] = [
  ['heads', 'On the wire'],
  ['sequence', 'What happened'],
  ['upgrades', 'Upgrades'],
  ['timeline', 'Over time'],
  ['endings', 'Who ended what'],
  ['resent', 'Retransmissions'],
  ['rtt', 'Round-trip time'],
  ['together', 'Put together'],
  ['streams', 'Streams'],
  ['captures', 'Captures'],
];

/** The sections that the page has, beside it on wide screens. */
export const analysisNavigation = (main: Html): Html => html`
<nav class="side" aria-label="Sections">
  <p class="label"><a href="#top">Overview</a></p>
  <ul>${SECTIONS.filter(([id]) => main.text.includes(` id="${id}"`)).map(([id, name]) => html`<li><a href="#${id}"><span>${name}</span></a></li>`)}</ul>
</nav>`;
