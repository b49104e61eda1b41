import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programPath } from '../../../harness/lab/program-path.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('programPath', () => {
  it('is the source in a checkout', () => {
    expect(programPath(ROOT, 'containers/echo/main')).toBe(join(ROOT, 'containers/echo/main.ts'));
  });

  it('is the compiled file in an installed package', () => {
    expect(programPath('/app/node_modules/hopscope', 'containers/echo/main')).toBe(
      '/app/node_modules/hopscope/dist/containers/echo/main.js',
    );
  });
});
