import type { Drawing, DrawnHost, DrawnLeg } from './drawing-model.ts';
import { BOX_HEIGHT, hostBox, hostWidth, LINK_HEIGHT, linkBox, linkNotes, linkWidth, tagWidth } from './drawing-parts.ts';
import { html, type Html } from './html.ts';

const WIDTH = 358;
const AXIS = 110;
const GAP = 26;

/** Beside the line that comes from above, on the upper edge of the box: it fits the width whatever the name is. `cleared` is short and needs no ground. */
const tagAt = (host: DrawnHost, y: number, width: number): { readonly tagX: number; readonly tagY: number } =>
  host.standing === 'cleared'
    ? { tagX: AXIS + width / 2 + 46, tagY: y + 17 }
    : { tagX: AXIS + 10 + tagWidth(host.standing) / 2, tagY: y - 13 };

const legHeight = ({ links }: DrawnLeg): number =>
  links.reduce((sum, link) => sum + Math.max(LINK_HEIGHT, linkNotes(link).length * 15) + GAP, GAP);

/** The leg from y downwards: the links on the line, their notes on its right. */
function legMarkup(leg: DrawnLeg, y: number): Html {
  const bottom = y + legHeight(leg);
  const standing = leg.seen?.standing ?? '';
  const arrow =
    leg.seen?.direction === 'to-origin'
      ? html`<path class="head ${standing}" d="M${AXIS} ${bottom} l-6 -11 h12 z"/>`
      : leg.seen?.direction === 'to-client'
        ? html`<path class="head ${standing}" d="M${AXIS} ${y} l-6 11 h12 z"/>`
        : null;
  let top = y + GAP;
  const links = leg.links.map((link) => {
    const notes = linkNotes(link);
    const height = Math.max(LINK_HEIGHT, notes.length * 15);
    const middle = top + height / 2;
    top += height + GAP;
    const left = AXIS + linkWidth(link) / 2 + 12;
    const first = middle - ((notes.length - 1) * 15) / 2 + 4;
    return html`${linkBox(link, AXIS, middle)}${notes.map((note, index) => html`<text class="small ${note.standing ?? ''}" x="${left}" y="${first + index * 15}">${note.text}</text>`)}`;
  });
  return html`<line class="line ${standing}" x1="${AXIS}" y1="${y}" x2="${AXIS}" y2="${bottom}"/>${arrow}${links}`;
}

/** Top to bottom, for narrow screens. */
export function uprightDrawing({ hosts, legs }: Drawing): Html {
  let y = 14;
  const parts = hosts.map((host, index) => {
    const width = Math.min(216, hostWidth(host));
    const box = hostBox(host, { x: AXIS - width / 2, y, width, ...tagAt(host, y, width) });
    y += BOX_HEIGHT;
    const leg = legs[index];
    if (leg === undefined) return box;
    const markup = legMarkup(leg, y);
    y += legHeight(leg);
    return html`${markup}${box}`;
  });
  return html`<svg class="upright" viewBox="0 0 ${WIDTH} ${y + 2}" width="${WIDTH}" height="${y + 2}" aria-hidden="true">${parts}</svg>`;
}
