import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { ExpectedFile } from '../model/surroundings.ts';
import type { Provision, WorldFile } from '../model/world.ts';

export interface OwnPackages {
  readonly files: readonly WorldFile[];
  readonly provisions: readonly Provision[];
}

/** Packages that may be given away: those of proxies, which Hopscope's own demonstrations run on. Whatever they need comes with them. */
const GIVEN_AWAY: ReadonlySet<string> = new Set(['http-proxy', 'http-proxy-3', 'httpxy', 'ws']);
/** Node looks into a `node_modules` of every folder above a script (https://nodejs.org/api/modules.html#loading-from-node_modules-folders). */
const FOLDER = '/node_modules';
const MAX_FILES = 2000;

export const isPackagePath = (path: string): boolean => path.startsWith(`${FOLDER}/`);

/**
 * Copies of Hopscope's own packages for a script that imports them and has none of its own: what is expected below `/node_modules` and not
 * among the given files.
 */
export function ownPackages(expected: readonly ExpectedFile[], given: readonly WorldFile[]): OwnPackages {
  const files: WorldFile[] = [];
  const provisions: Provision[] = [];
  const done = new Set<string>();
  for (const { path, place } of expected) {
    const name = isPackagePath(path) ? path.slice(FOLDER.length + 1) : '';
    const from = GIVEN_AWAY.has(name) && !isGiven(name, given) ? packageNamed(name, import.meta.dirname) : null;
    if (from === null || done.has(name)) continue;
    files.push(...withDependencies(name, from, done));
    const because = `Hopscope's own copy, version ${manifestOf(from).version ?? 'unknown'}: the script imports it and has none`;
    provisions.push({ how: 'made', what: 'package', name, because, place });
  }
  return { files, provisions };
}

const isGiven = (name: string, given: readonly WorldFile[]): boolean =>
  given.some(({ path }) => path.endsWith(`/node_modules/${name}/package.json`));

function withDependencies(name: string, from: string, done: Set<string>): readonly WorldFile[] {
  if (done.has(name)) return [];
  done.add(name);
  const needed = Object.keys(manifestOf(from).dependencies ?? {});
  return [
    ...filesBelow(from, posix.join(FOLDER, name)),
    ...needed.flatMap((one) => {
      const other = packageNamed(one, from);
      return other === null ? [] : withDependencies(one, other, done);
    }),
  ];
}

/** Where Node would find a package from a folder; null: nowhere. */
function packageNamed(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) return null;
  }
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const filesBelow = (from: string, to: string): readonly WorldFile[] =>
  readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((below) => /\.(?:[cm]?js|json)$/.test(below) && statSync(join(from, below)).isFile())
    .slice(0, MAX_FILES)
    .map((below): WorldFile => ({ kind: 'copy', path: posix.join(to, below), from: join(from, below), mode: 0o644 }));
