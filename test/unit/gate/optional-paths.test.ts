import { expect, it } from 'vitest';
import { judgedPaths } from '../../../harness/gate/optional-paths.ts';
import type { Path } from '../../../harness/model/path.ts';

const path = (id: string, optional: boolean): Path => ({ id, ...(optional ? { optional: true } : {}) }) as Path;
const absence = (id: string, code: string): Parameters<typeof judgedPaths>[1][number] => ({
  path: id,
  scenario: 's',
  what: 'path',
  code,
  because: 'b',
});
const judged = (paths: readonly Path[], code: string): readonly string[] => judgedPaths(paths, [absence('a', code)]).map(({ id }) => id);

it('leaves an optional path out when its program or image is not here', () => {
  expect(judged([path('a', true), path('b', true)], 'LAB_ERR_NO_IMAGE')).toEqual(['b']);
  expect(judged([path('a', true)], 'LAB_ERR_MISSING_TOOL')).toEqual([]);
});

it('judges every other path, and an optional one that broke', () => {
  expect(judged([path('a', false)], 'LAB_ERR_NO_IMAGE')).toEqual(['a']);
  expect(judged([path('a', true)], 'LAB_ERR_HOST_DIED')).toEqual(['a']);
});
