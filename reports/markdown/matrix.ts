import type { RunRecord } from '../../harness/model/record.ts';
import { cellOf, markOf, MARKS } from '../cell-mark.ts';
import { pathName } from '../path-name.ts';
import { pathsInOrder } from '../reading-order.ts';
import { markdownText } from './escape.ts';

/** The table path × scenario: symbol and words in every cell. */
export function matrixTable(record: RunRecord): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = ['path', ...record.scenarios.map(({ id }) => markdownText(id))];
  const rows = pathsInOrder(record).map(({ path }) => [
    `<code>${markdownText(pathName(path))}</code>`,
    ...record.scenarios.map(({ id }) => {
      const cell = cellOf(record, path.id, id);
      if (cell === undefined) return 'not run';
      const { symbol, text } = MARKS[markOf(cell)];
      return ['fail', 'missing', 'error'].includes(markOf(cell)) ? `${symbol} **${text}**` : `${symbol} ${text}`;
    }),
  ]);
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
