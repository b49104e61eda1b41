import { html, type Html } from './html.ts';

/** Lines are drawn on a ground of this width that is stretched over the chart, whatever its width: texts and strokes keep their size. */
export const GROUND = 1000;

export type ChartPoint = readonly [x: number, y: number | null];

const at = (value: number): string => String(Math.round(value * 10) / 10);

/** Parts of a line between its gaps. */
function runs(points: readonly ChartPoint[]): readonly (readonly (readonly [number, number])[])[] {
  const parts: [number, number][][] = [[]];
  for (const [x, y] of points) {
    if (y === null) parts.push([]);
    else parts.at(-1)?.push([x, y]);
  }
  return parts.filter((part) => part.length > 0);
}

/** The `d` of a line that is not drawn where nothing was measured; a point alone is a dash. */
export const linePath = (points: readonly ChartPoint[]): string =>
  runs(points)
    .map((part) => `M${part.map(([x, y]) => `${at(x)} ${at(y)}`).join('L')}${part.length === 1 ? 'h2' : ''}`)
    .join('');

/** The `d` of steps: each value holds until the next. */
export const stepPath = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], index) => (index === 0 ? `M${at(x)} ${at(y)}` : `H${at(x)}V${at(y)}`)).join('');

/** The `d` of the ground between two lines that have their points at the same places. */
export const bandPath = (upper: readonly ChartPoint[], lower: readonly ChartPoint[]): string => {
  const [above, below] = [runs(upper), runs(lower)];
  return above
    .map((part, index) => {
      const back = (below[index] ?? []).toReversed();
      return `M${[...part, ...back].map(([x, y]) => `${at(x)} ${at(y)}`).join('L')}Z`;
    })
    .join('');
};

/** The stretched ground of some paths. */
export const ground = (height: number, paths: readonly Html[]): Html =>
  html`<svg class="ground" viewBox="0 0 ${GROUND} ${height}" preserveAspectRatio="none" width="100%" height="${height}">${paths}</svg>`;

export interface EndLabel {
  readonly text: string;
  readonly style: string;
  /** Where its line ends. */
  readonly y: number;
}

const LABEL_GAP = 12;

/** Labels at the ends of lines, moved apart so that each can be read, and never above or below the lane. */
export function endLabels(labels: readonly EndLabel[], height: number): readonly Html[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const lowest = height + 3;
  let next = 6;
  const down = sorted.map(({ y }) => (next = Math.max(next, Math.min(y + 4, lowest)) + LABEL_GAP) - LABEL_GAP);
  const over = Math.max(0, (down.at(-1) ?? 0) - lowest);
  /* What ran over the bottom goes up, and takes those above it along. */
  const places = down.reduceRight<number[]>(
    (kept, y, index) => [index === down.length - 1 ? y - over : Math.min(y, (kept[0] ?? y) - LABEL_GAP), ...kept],
    [],
  );
  return sorted.map(({ text, style }, index) => html`<text class="end ${style}" x="100%" y="${places[index] ?? 0}">${text}</text>`);
}
