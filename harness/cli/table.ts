import { terminalText } from '../../reports/terminal/escape.ts';

/** Rows as aligned columns, every cell escaped for the terminal. The last column is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const escaped = [head, ...rows].map((row) => row.map(terminalText));
  const widths = head.map((_, column) => Math.max(...escaped.map((row) => (row[column] ?? '').length)));
  return escaped.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2)))
      .join('')
      .trimEnd(),
  );
}
