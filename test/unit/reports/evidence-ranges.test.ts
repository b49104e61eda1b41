import { expect, it } from 'vitest';
import { evidenceRanges } from '../../../reports/evidence-ranges.ts';

it('names each file once, with its lines in order and neighbours joined', () => {
  const at = (file: string, ...lines: readonly number[]) => lines.map((line) => ({ file, line }));
  expect(evidenceRanges([...at('a', 9, 3, 4, 5, 4), ...at('b', 1), ...at('a', 10)])).toEqual(['a:3-5, 9-10', 'b:1']);
});
