import type { RunRecord } from '../../harness/model/record.ts';
import { cellOf, markOf, MARKS } from '../cell-mark.ts';
import { pathName } from '../path-name.ts';
import { pathsInOrder } from '../reading-order.ts';
import { terminalText } from './escape.ts';
import { MARK_STYLES, type Paint } from './paint.ts';
import { cell, widthOf, wrap } from './wrap.ts';

const GAP = '  ';
const LONGEST_MARK = 2 + Math.max(...Object.values(MARKS).map(({ short }) => widthOf(short)));

interface Layout {
  readonly pathWidth: number;
  readonly heads: readonly string[];
  readonly widths: readonly number[];
  readonly words: boolean;
  /** Says what the numbered columns are. */
  readonly legend: readonly string[];
}

function layoutOf(record: RunRecord, columns: number): Layout {
  const ids = record.scenarios.map(({ id }) => terminalText(id));
  const pathWidth = Math.min(
    Math.max(4, ...record.paths.map(({ path }) => widthOf(terminalText(pathName(path))))),
    Math.max(12, Math.floor(columns / 3)),
  );
  const widths = ids.map((id) => Math.max(widthOf(id), LONGEST_MARK));
  const total = pathWidth + widths.reduce((sum, width) => sum + GAP.length + width, 0);
  if (total <= columns) return { pathWidth, heads: ids, widths, words: true, legend: [] };
  const numbers = ids.map((_, index) => String(index + 1));
  return {
    pathWidth,
    heads: numbers,
    widths: numbers.map((number) => Math.max(2, number.length)),
    words: false,
    legend: ids.map((id, index) => cell(`${numbers[index] ?? ''} ${id}`, columns).trimEnd()),
  };
}

/* Padding stays outside of the colour, so that the end of a line can be trimmed. */
const padded = (text: string, width: number, paintIt: (text: string) => string): string =>
  `${paintIt(text)}${' '.repeat(Math.max(0, width - widthOf(text)))}`;

/** The table path × scenario. Where the columns do not fit, they are numbered and show the symbols alone, with a legend. */
export function matrixLines(record: RunRecord, columns: number, paint: Paint): readonly string[] {
  const layout = layoutOf(record, columns);
  const head = [cell('path', layout.pathWidth), ...layout.heads.map((text, index) => cell(text, layout.widths[index] ?? 2))]
    .join(GAP)
    .trimEnd();
  const rows = pathsInOrder(record).map(({ path }) => {
    const cells = record.scenarios.map(({ id }, index) => {
      const found = cellOf(record, path.id, id);
      const width = layout.widths[index] ?? 2;
      if (found === undefined) return padded(layout.words ? '- not run' : '-', width, (text) => paint(text, 'dim'));
      const mark = markOf(found);
      const text = layout.words ? `${MARKS[mark].symbol} ${MARKS[mark].short}` : MARKS[mark].symbol;
      return padded(text, width, (it) => paint(it, ...MARK_STYLES[mark]));
    });
    return [cell(terminalText(pathName(path)), layout.pathWidth), ...cells].join(GAP).trimEnd();
  });
  const symbols = layout.words ? [] : [...new Set(record.cells.map(markOf))].map((mark) => `${MARKS[mark].symbol} ${MARKS[mark].text}`);
  const legend = layout.words ? [] : ['', ...layout.legend, ...wrap(symbols.join(', '), columns)];
  return [paint(head, 'dim'), ...rows, ...legend.map((line) => paint(line, 'dim'))];
}
