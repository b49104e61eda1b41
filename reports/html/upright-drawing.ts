import type { Drawing, DrawnHost, DrawnLeg, DrawnLink } from './drawing-model.ts';
import { BOX_HEIGHT, hostBox, hostWidth, LINK_HEIGHT, linkBox, linkNotes, linkWidth, SMALL_WIDTH, tagWidth } from './drawing-parts.ts';
import { wrap } from '../terminal/wrap.ts';
import { html, type Html } from './html.ts';

const WIDTH = 358;
const AXIS = 110;
const GAP = 26;

interface Note {
  readonly text: string;
  readonly style: string;
}

/** Beside the line that comes from above, on the upper edge of the box: it fits the width whatever the name is. `cleared` is short and needs no ground. */
const tagAt = (host: DrawnHost, y: number, width: number): { readonly tagX: number; readonly tagY: number } =>
  host.standing === 'cleared'
    ? { tagX: AXIS + width / 2 + 46, tagY: y + 17 }
    : { tagX: AXIS + 10 + tagWidth(host.standing) / 2, tagY: y - 13 };

/** What stands beside a link, wrapped to the room there; what was lost on the whole leg stands with its first one. */
function notesBeside({ links, loss }: DrawnLeg, index: number): readonly Note[] {
  const link = links[index];
  if (link === undefined) return [];
  const room = Math.floor((WIDTH - notesLeft(link)) / SMALL_WIDTH);
  return [
    ...(loss !== '' && index === 0 ? wrap(loss, room).map((text) => ({ text, style: 'loss' })) : []),
    ...linkNotes(link, room).map(({ text, standing }) => ({ text, style: standing ?? '' })),
  ];
}

const notesLeft = (link: DrawnLink): number => AXIS + linkWidth(link) / 2 + 12;

const besideHeight = (leg: DrawnLeg, index: number): number => Math.max(LINK_HEIGHT, notesBeside(leg, index).length * 15);

const legHeight = (leg: DrawnLeg): number => leg.links.reduce((sum, _, index) => sum + besideHeight(leg, index) + GAP, GAP);

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
  const links = leg.links.map((link, at) => {
    const notes = notesBeside(leg, at);
    const height = besideHeight(leg, at);
    const middle = top + height / 2;
    top += height + GAP;
    const left = notesLeft(link);
    const first = middle - ((notes.length - 1) * 15) / 2 + 4;
    return html`${linkBox(link, AXIS, middle)}${notes.map((note, index) => html`<text class="small ${note.style}" x="${left}" y="${first + index * 15}">${note.text}</text>`)}`;
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
