import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * A program of this package that runs inside a host, by its path without an ending (`containers/echo/main`): the source in a
 * checkout, the compiled file in an installed package, because Node strips no types below node_modules.
 */
export function programPath(packageRoot: string, name: string): string {
  const source = join(packageRoot, `${name}.ts`);
  const isInstalled = packageRoot.split(sep).includes('node_modules');
  return !isInstalled && existsSync(source) ? source : join(packageRoot, 'dist', `${name}.js`);
}
