import type { Drawing, DrawnLeg } from './drawing-model.ts';
import { BOX_HEIGHT, hostBox, hostWidth, LINK_HEIGHT, linkBox, linkNotes, linkWidth, SMALL_WIDTH } from './drawing-parts.ts';
import { html, type Html } from './html.ts';

const TOP = 28;
const MIDDLE = TOP + BOX_HEIGHT / 2;
const BELOW = TOP + BOX_HEIGHT;

const linkSpan = (link: DrawnLeg['links'][number]): number =>
  Math.max(linkWidth(link) + 44, ...linkNotes(link).map((note) => note.text.length * SMALL_WIDTH + 20));
const LEG_WIDTH = 130;
const legWidth = (leg: DrawnLeg): number =>
  Math.max(
    LEG_WIDTH,
    leg.loss.length * SMALL_WIDTH + 20,
    leg.links.reduce((sum, link) => sum + linkSpan(link), 0),
  );

/** The leg from x over `width`: its line, its links on it with their notes below, and above it what was lost. */
function legMarkup(leg: DrawnLeg, x: number, width: number): Html {
  const standing = leg.seen?.standing ?? '';
  const arrow =
    leg.seen?.direction === 'to-origin'
      ? html`<path class="head ${standing}" d="M${x + width} ${MIDDLE} l-11 -6 v12 z"/>`
      : leg.seen?.direction === 'to-client'
        ? html`<path class="head ${standing}" d="M${x} ${MIDDLE} l11 -6 v12 z"/>`
        : null;
  const spare = (width - leg.links.reduce((sum, link) => sum + linkSpan(link), 0)) / Math.max(1, leg.links.length);
  let left = x;
  const links = leg.links.map((link) => {
    const span = linkSpan(link) + spare;
    const middle = left + span / 2;
    left += span;
    const notes = linkNotes(link).map(
      (note, index) =>
        html`<text class="small ${note.standing ?? ''}" x="${middle}" y="${MIDDLE + 29 + index * 15}" text-anchor="middle">${note.text}</text>`,
    );
    return html`${linkBox(link, middle, MIDDLE)}${notes}`;
  });
  const loss =
    leg.loss === ''
      ? null
      : html`<text class="small loss" x="${x + width / 2}" y="${MIDDLE - LINK_HEIGHT / 2 - 8}" text-anchor="middle">${leg.loss}</text>`;
  return html`<line class="line ${standing}" x1="${x}" y1="${MIDDLE}" x2="${x + width}" y2="${MIDDLE}"/>${arrow}${links}${loss}`;
}

/** Left to right, for screens that are wide enough. */
export function levelDrawing({ hosts, legs }: Drawing): Html {
  let x = 2;
  const parts = hosts.map((host, index) => {
    const width = hostWidth(host);
    const tagY = host.standing === 'cleared' ? BELOW + 3 : 2;
    const box = hostBox(host, { x, y: TOP, width, tagX: x + width / 2, tagY });
    x += width;
    const leg = legs[index];
    if (leg === undefined) return box;
    const span = legWidth(leg);
    const markup = legMarkup(leg, x, span);
    x += span;
    return html`${markup}${box}`;
  });
  const notes = Math.max(0, ...legs.flatMap(({ links }) => links.map((link) => linkNotes(link).length)));
  const standing = hosts.map((host) => host.standing);
  const top = standing.some((it) => it === 'guilty' || it === 'declared') ? 0 : 18;
  const bottom = Math.max(BELOW + (standing.includes('cleared') ? 22 : 3), notes === 0 ? 0 : MIDDLE + 20 + notes * 15);
  return html`<svg class="level" viewBox="0 ${top} ${Math.ceil(x + 2)} ${bottom - top}" width="${Math.ceil(x + 2)}" height="${bottom - top}" aria-hidden="true">${parts}</svg>`;
}
