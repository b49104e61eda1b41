import { STANDING_WORDS, type DrawnHost, type DrawnLink, type Standing } from './drawing-model.ts';
import { wrap } from '../terminal/wrap.ts';
import { html, type Html } from './html.ts';

/** Widths of the text at the sizes of drawingCss, in px: fixed-pitch, so they hold in every font of the stack. */
export const NAME_WIDTH = 7.6;
export const SMALL_WIDTH = 6.7;
export const BOX_HEIGHT = 54;
export const LINK_HEIGHT = 24;

export const hostWidth = ({ name, about }: DrawnHost): number =>
  Math.max(112, name.length * NAME_WIDTH + 28, about.length * SMALL_WIDTH + 28);
export const linkWidth = ({ name }: DrawnLink): number => Math.max(48, name.length * SMALL_WIDTH + 22);

const tagWords = (standing: Exclude<Standing, null>): string =>
  standing === 'cleared' ? `✓ ${STANDING_WORDS.cleared}` : STANDING_WORDS[standing];

export const tagWidth = (standing: Standing): number => (standing === null ? 0 : tagWords(standing).length * SMALL_WIDTH + 18);

const tag = (standing: Exclude<Standing, null>, x: number, y: number): Html => {
  const words = tagWords(standing);
  const width = tagWidth(standing);
  return standing === 'cleared'
    ? html`<text class="small cleared" x="${x}" y="${y + 14}" text-anchor="middle">${words}</text>`
    : html`<g class="${standing}"><rect class="tag" x="${x - width / 2}" y="${y}" width="${width}" height="20" rx="10"/><text class="small tag-text" x="${x}" y="${y + 14}" text-anchor="middle">${words}</text></g>`;
};

/** A host as a box of `width` whose upper left corner is at x, y; its standing stands beside it at `tagAt`. */
export function hostBox(
  host: DrawnHost,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly tagX: number; readonly tagY: number },
): Html {
  const middle = at.x + at.width / 2;
  return html`
<g class="host ${host.standing ?? ''}"><rect x="${at.x}" y="${at.y}" width="${at.width}" height="${BOX_HEIGHT}" rx="7"/>
<text class="name" x="${middle}" y="${at.y + 23}" text-anchor="middle">${host.name}</text><text class="small" x="${middle}" y="${at.y + 41}" text-anchor="middle">${host.about}</text></g>
${host.standing !== null && tag(host.standing, at.tagX, at.tagY)}`;
}

/** A link as a rounded label whose middle is at x, y. */
export function linkBox(link: DrawnLink, x: number, y: number): Html {
  const width = linkWidth(link);
  const impaired = link.impairments.length > 0 ? 'impaired' : '';
  return html`<g class="link ${impaired} ${link.standing ?? ''}"><rect x="${x - width / 2}" y="${y - LINK_HEIGHT / 2}" width="${width}" height="${LINK_HEIGHT}" rx="${LINK_HEIGHT / 2}"/><text class="small" x="${x}" y="${y + 4}" text-anchor="middle">${link.name}</text></g>`;
}

export interface LinkNote {
  readonly text: string;
  readonly standing: Standing;
}

/** What stands with a link, in lines of so many characters: its impairments and, if it is cleared or guilty, that. */
export const linkNotes = ({ impairments, standing }: DrawnLink, room = 36): readonly LinkNote[] => [
  ...impairments.flatMap((text) => wrap(text, room)).map((text) => ({ text, standing: null })),
  ...(standing === null ? [] : [{ text: standing === 'cleared' ? '✓ cleared' : STANDING_WORDS[standing], standing }]),
];

export const drawingCss = `
.drawing { padding: .5rem 0; }
.drawing svg { display: block; max-inline-size: 100%; block-size: auto; }
.drawing text { font-family: var(--mono); fill: var(--text); }
.drawing .name { font-size: 12.5px; font-weight: 600; }
.drawing .small { font-size: 11px; fill: var(--muted); }
.drawing .loss { fill: var(--text); }
.drawing rect { fill: var(--surface); stroke: var(--edge); }
.drawing .line { stroke: var(--edge); stroke-width: 1.5; }
.drawing .head { fill: var(--edge); }
.drawing .impaired rect { stroke-dasharray: 4 3; }
.drawing .impaired text { fill: var(--text); }
.drawing .guilty rect { fill: var(--fail-tint); stroke: var(--fail); stroke-width: 2; }
.drawing .guilty.line { stroke: var(--fail); stroke-width: 2.5; }
.drawing .guilty.head, .drawing text.guilty { fill: var(--fail); }
.drawing .declared rect { fill: var(--declared-tint); stroke: var(--declared); stroke-width: 2; }
.drawing .declared.line { stroke: var(--declared); stroke-width: 2.5; }
.drawing .declared.head, .drawing text.declared { fill: var(--declared); }
.drawing .guilty .tag { fill: var(--fail); }
.drawing .declared .tag { fill: var(--declared); }
.drawing .tag-text { fill: var(--surface); font-weight: 600; }
.drawing .cleared { fill: var(--pass); background: none; }
.drawing .upright { display: none; }
@media screen and (max-width: 640px) { .drawing .upright { display: block; } .drawing .level { display: none; } }
`;
