import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Root folder of this package, from a checkout as well as from `dist/`: the nearest folder above with its package.json. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json')) && readManifest(from).name === 'hopscope') return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('the package.json of hopscope is not above its own files');
  return packageRoot(parent);
}

export const packageVersion = (): string => readManifest(packageRoot()).version ?? '0.0.0';
