import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';

export interface GatheredFile {
  /** On this machine, links resolved. */
  readonly from: string;
  /** Below the folder, with `/`. */
  readonly below: string;
  readonly bytes: number;
  readonly mode: number;
}

export interface Gathered {
  /** By path. */
  readonly files: readonly GatheredFile[];
  /** What was not taken, as clauses. */
  readonly leftOut: readonly string[];
}

export interface GatherLimits {
  readonly files: number;
  readonly bytes: number;
  /** Names of folders that are not entered. */
  readonly skip: ReadonlySet<string>;
}

const HISTORY = ['.git', '.hg', '.svn'];
export const CONFIG_LIMITS: GatherLimits = { files: 2000, bytes: 64 << 20, skip: new Set([...HISTORY, 'node_modules']) };
/** A script brings its packages along. */
export const SCRIPT_LIMITS: GatherLimits = { files: 20_000, bytes: 256 << 20, skip: new Set(HISTORY) };

const MAX_DEPTH = 24;

/** Folders that hold much more than a config: a file straight in one is taken without what stands beside it. */
export const isTooBroad = (folder: string): boolean =>
  [
    '/',
    '/etc',
    '/usr',
    '/usr/local',
    '/usr/local/etc',
    '/var',
    '/opt',
    '/home',
    '/root',
    '/srv',
    '/mnt',
    '/tmp',
    homedir(),
    dirname(homedir()),
    tmpdir(),
  ]
    .map((one) => resolve(one))
    .includes(resolve(folder));

/**
 * Everything in a folder and below it, nearest first, within limits. Links are followed only where they lead to something in the folder.
 * What cannot be read is left out and said.
 */
export async function gatherFiles(folder: string, limits: GatherLimits): Promise<Gathered> {
  const root = await realpath(folder);
  const files: GatheredFile[] = [];
  const leftOut: string[] = [];
  const seen = new Set([root]);
  let level: readonly { readonly path: string; readonly below: string }[] = [{ path: root, below: '' }];
  let bytes = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const next: { path: string; below: string }[] = [];
    for (const { path, below } of level) {
      for (const entry of await entriesOf(path)) {
        const shown = below === '' ? entry.name : `${below}/${entry.name}`;
        const found = await resolveEntry(root, join(path, entry.name));
        if (typeof found === 'string') leftOut.push(`${shown} ${found}`);
        else if (found.isFolder) {
          if (!limits.skip.has(entry.name) && !seen.has(found.path)) next.push({ path: found.path, below: shown });
          seen.add(found.path);
        } else if (files.length >= limits.files || bytes + found.bytes > limits.bytes) {
          return {
            files,
            leftOut: [...leftOut, `there are more than ${String(limits.files)} files or ${String(limits.bytes >> 20)} MiB in the folder`],
          };
        } else {
          bytes += found.bytes;
          files.push({ from: found.path, below: shown, bytes: found.bytes, mode: found.mode });
        }
      }
    }
    level = next;
  }
  return { files: files.toSorted((a, b) => (a.below < b.below ? -1 : 1)), leftOut };
}

/** Files before folders would not matter: what is nearest counts, and names make it the same each time. */
const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly mode: number;
}

/** What stands behind a name, or why it is left out, in words that follow it. */
async function resolveEntry(root: string, path: string): Promise<Found | string> {
  try {
    const real = await realpath(path);
    if (real !== root && !real.startsWith(root === sep ? sep : `${root}${sep}`)) return 'is a link that leads out of the folder';
    const stats = await stat(real);
    if (!stats.isFile() && !stats.isDirectory()) return 'is neither a file nor a folder';
    return { path: real, isFolder: stats.isDirectory(), bytes: stats.size, mode: worldMode(stats.mode) };
  } catch {
    return 'cannot be read';
  }
}

/** Proxies run under several users: whoever they are, they may read what they are given. */
export const worldMode = (mode: number): number => (mode & 0o755) | 0o444;
