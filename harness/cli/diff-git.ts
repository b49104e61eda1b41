import { execFileSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { isAbsolute, join, posix, relative, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';

/** A revision's files in a folder of their own. */
export interface ExportedRevision {
  /** What the working folder is in the checkout: configs have the same paths below it. */
  readonly workingFolder: string;
  /** Whether a file or folder that was asked for besides is there. */
  readonly has: (written: string) => boolean;
}

export interface RevisionWish {
  readonly revision: string;
  /** Configs, as the user wrote them. */
  readonly configs: readonly string[];
  /** Further files and folders that the configs are given; what the revision does not have is left to the caller. */
  readonly others: readonly string[];
}

const MOST_BYTES = 256 << 20;

/**
 * Writes the folders of configs as they are at a revision into `folder`. Throws USAGE_ERR_BAD_FLAG with git's words where the working folder is in no checkout or the
 * revision is none, and CONFIG_ERR_NOT_FOUND for a config that the revision does not have.
 */
export function exportRevision({ revision, configs, others }: RevisionWish, folder: string, workingFolder: string): ExportedRevision {
  const inCheckout = (...args: readonly string[]): Buffer => git(args, workingFolder, revision);
  const root = inCheckout('rev-parse', '--show-toplevel').toString().trimEnd();
  const commit = inCheckout('rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`).toString().trimEnd();
  const prefix = inCheckout('rev-parse', '--show-prefix').toString().trimEnd();
  const below = (written: string): string => {
    const path = isAbsolute(written) ? relative(root, written) : join(prefix, written);
    return path.split('\\').join('/').replace(/\/+$/, '') || '.';
  };
  const kindOf = (path: string): 'blob' | 'tree' | null =>
    path === '.' ? 'tree' : path.startsWith('..') ? null : kindAt(root, `${commit}:${path}`);
  const folders = new Set<string>();
  for (const written of configs) {
    const path = below(written);
    const kind = kindOf(path);
    if (kind === null)
      throw new HarnessError(
        'CONFIG_ERR_NOT_FOUND',
        `expected ${written.slice(0, 200)} at ${revision}, but that revision has no such file or folder`,
      );
    folders.add(kind === 'tree' ? path : posix.dirname(path));
  }
  const there = new Set(others.filter((written) => kindOf(below(written)) !== null));
  for (const written of there) folders.add(below(written));
  mkdirSync(folder, { recursive: true });
  const paths = folders.has('.') ? [] : ['--', ...folders];
  const archive = git(['archive', '--format=tar', commit, ...paths], root, revision);
  execFileSync('tar', ['-x', '--no-same-owner', '-C', folder], { input: archive, stdio: ['pipe', 'ignore', 'pipe'] });
  const made = resolve(folder, prefix);
  mkdirSync(made, { recursive: true });
  return { workingFolder: made, has: (written) => there.has(written) };
}

function git(args: readonly string[], cwd: string, revision: string): Buffer {
  try {
    return execFileSync('git', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: MOST_BYTES });
  } catch (cause) {
    const words =
      String((cause as Partial<SpawnSyncReturns<Buffer>>).stderr ?? cause)
        .trim()
        .split('\n')[0] ?? '';
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected --git to name revisions of the checkout around this folder, got '${revision.slice(0, 80)}': ${words || 'git says nothing'}`,
      { cause },
    );
  }
}

function kindAt(root: string, object: string): 'blob' | 'tree' | null {
  try {
    const kind = execFileSync('git', ['cat-file', '-t', object], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
    return kind === 'blob' || kind === 'tree' ? kind : null;
  } catch {
    return null;
  }
}
