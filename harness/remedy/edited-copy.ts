import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/**
 * Puts an edited config into an empty folder, with links to the files that stand beside the original, and returns its path. Nothing is
 * written beside the original.
 */
export function copyWithEdit(original: string, edited: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const source = dirname(original);
  linkAll(source, folder, basename(original));
  const path = join(folder, basename(original));
  writeFileSync(path, edited);
  return path;
}

/**
 * The same for a program of a package: the folders from the package's root down to the program are made anew and everything else in them is
 * a link, so that it finds its neighbours and its packages where it expects them.
 */
export function programWithEdit(original: string, edited: string, folder: string): string {
  const root = packageRootOf(dirname(original));
  let [from, to] = [root, folder];
  mkdirSync(to, { recursive: true });
  for (const step of relative(root, original).split(sep).slice(0, -1)) {
    linkAll(from, to, step);
    [from, to] = [join(from, step), join(to, step)];
    mkdirSync(to);
  }
  linkAll(from, to, basename(original));
  const path = join(to, basename(original));
  writeFileSync(path, edited);
  return path;
}

function linkAll(from: string, to: string, except: string): void {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name));
}

/** The nearest folder above with a package.json, else the folder itself. */
function packageRootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (dirname(at) === at) return folder;
  }
}
