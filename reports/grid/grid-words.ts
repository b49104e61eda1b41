import type { GridMark } from '../../harness/model/grid.ts';

/** How each mark is shown: a symbol that needs no colour, and words. */
export const GRID_MARKS: Readonly<Record<GridMark, { readonly symbol: string; readonly text: string }>> = {
  same: { symbol: '·', text: 'as on the control path' },
  differs: { symbol: '≈', text: 'otherwise than the control path, and no rule is broken' },
  quirk: { symbol: 'q', text: 'a known quirk of the program' },
  declared: { symbol: 'd', text: 'fails, as the path declares' },
  fault: { symbol: '✗', text: 'fails' },
  none: { symbol: ' ', text: 'not run' },
};
