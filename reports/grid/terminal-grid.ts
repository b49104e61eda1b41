import type { Grid, GridCell, GridRow } from '../../harness/model/grid.ts';
import { terminalText } from '../terminal/escape.ts';
import { GRID_MARKS } from './grid-words.ts';

export interface TerminalGridOptions {
  /** Cases on which every path does what the control path does, too. */
  readonly all: boolean;
}

/**
 * The grid for a terminal: a line for each case that not every path treats as the control path does, and under it who does what
 * instead. Columns would not fit: a grid has more subjects than a terminal has room.
 */
export function terminalGrid(grid: Grid, { all }: TerminalGridOptions): readonly string[] {
  const scenarios = Map.groupBy(grid.rows, ({ scenario }) => scenario);
  const lines = [...scenarios].flatMap(([scenario, rows]) => {
    const told = rows.filter((row) => all || row.cells.some(({ mark }) => mark !== 'same' && mark !== 'none'));
    const same = rows.length - told.length;
    const agreement = same === 0 ? '' : `, ${same} alike on every path`;
    return [`${terminalText(scenario)}: ${rows.length} cases${agreement}`, ...told.flatMap((row) => rowLines(grid, row)), ''];
  });
  return [...lines, legend(grid)];
}

function rowLines(grid: Grid, row: GridRow): readonly string[] {
  const cells = row.cells.map((cell, index) => ({ cell, path: grid.paths[index] ?? '' })).filter(({ cell }) => cell.mark !== 'none');
  const others = cells.filter(({ cell }) => cell.mark !== 'same');
  const same = cells.length - others.length;
  const groups = Map.groupBy(others, ({ cell }) => `${cell.mark}\n${cell.label}`);
  const control = row.control === '' ? '' : `: ${terminalText(row.control)}`;
  return [
    `  ${terminalText(row.caseId)}${control} (${same} of ${cells.length} paths)`,
    ...[...groups.values()].map((group) => groupLine(group)),
  ];
}

function groupLine(group: readonly { readonly cell: GridCell; readonly path: string }[]): string {
  const cell = group[0]?.cell ?? { mark: 'none', label: '' };
  return `    ${GRID_MARKS[cell.mark].symbol} ${terminalText(cell.label)}: ${group.map(({ path }) => terminalText(path)).join(', ')}`;
}

function legend({ rows }: Grid): string {
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ mark }) => mark)));
  return Object.entries(GRID_MARKS)
    .filter(([mark]) => mark !== 'same' && mark !== 'none' && used.has(mark as GridCell['mark']))
    .map(([, { symbol, text }]) => `${symbol} ${text}`)
    .join('   ');
}
