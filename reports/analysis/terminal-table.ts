import type { Paint, Style } from '../terminal/paint.ts';
import { cell, widthOf } from '../terminal/wrap.ts';

export interface Column {
  readonly head: string;
  readonly align?: 'end';
  /** When the table is too wide the column may be cut to `least` characters, those with the lowest `turn` first. Without it, it keeps its width. */
  readonly cut?: { readonly turn: number; readonly least: number };
}

/** Text that is escaped already. */
export interface TableCell {
  readonly text: string;
  readonly styles?: readonly Style[];
}

const GAP = '  ';

/** Rows below their heads, columns cut where the terminal is too narrow for them. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): readonly string[] {
  const widths = fitted(
    columns,
    columns.map(({ head }, index) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[index]?.text ?? '')))),
    width,
  );
  const line = (cells: readonly TableCell[]): string =>
    columns
      .map(({ align }, index) => {
        const { text, styles = [] } = cells[index] ?? { text: '' };
        const room = widths[index] ?? 0;
        const cut = cell(text, room).trimEnd();
        const shown = cut === '' ? '' : paint(cut, ...styles);
        const padding = ' '.repeat(Math.max(0, room - widthOf(cut)));
        return align === 'end' ? `${padding}${shown}` : `${shown}${padding}`;
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ head }) => ({ text: head, styles: ['dim'] }))), ...rows.map(line)];
}

function fitted(columns: readonly Column[], natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1) - room;
  const cuttable = columns.flatMap(({ cut }, index) => (cut === undefined ? [] : [{ ...cut, index }]));
  for (const { index, least } of cuttable.toSorted((a, b) => a.turn - b.turn)) {
    const taken = Math.max(0, Math.min(excess, (widths[index] ?? 0) - least));
    widths[index] = (widths[index] ?? 0) - taken;
    excess -= taken;
  }
  return widths;
}
