import { execFileSync } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { Path } from '../model/path.ts';
import type { CheckedConfig } from '../spec/spec.ts';

/**
 * Files of the git checkout that `folder` is in which differ from a revision, committed or not, new ones too. Absolute.
 * Throws USAGE_ERR_BAD_FLAG when the folder is in no checkout or the revision is none.
 */
export function changedFiles(revision: string, folder: string): readonly string[] {
  const git = (...args: readonly string[]): string => {
    try {
      return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
    } catch (cause) {
      const words = String((cause as { readonly stderr?: unknown }).stderr ?? cause).split('\n')[0] || 'git knows none of that name';
      throw new HarnessError(
        'USAGE_ERR_BAD_FLAG',
        `expected --changed-since to name a revision of a git checkout, got '${revision}': ${words}`,
        {
          cause,
        },
      );
    }
  };
  const root = git('rev-parse', '--show-toplevel').trimEnd();
  // A revision that begins with a dash would be read as an option.
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`).trimEnd();
  const names = [git('diff', '--name-only', '-z', commit, '--', ':/'), git('ls-files', '--others', '--exclude-standard', '-z', '--', ':/')];
  const inFolder = git('rev-parse', '--show-cdup').trimEnd();
  // diff names files from the root, ls-files from the folder.
  const [changed = '', added = ''] = names;
  const list = (text: string, base: string): readonly string[] =>
    text
      .split('\0')
      .filter((name) => name !== '')
      .map((name) => join(base, name));
  return [...list(changed, root), ...list(added, inFolder === '' ? root : folder)];
}

/**
 * The paths that a change concerns: those whose config changed, or a file beside it that is no other path's config, because a host
 * gets all of them. When the spec itself changed, all.
 */
export function changedPaths(paths: readonly Path[], changed: readonly string[], specFile: string | null): readonly string[] {
  const files = new Set(changed.map(real));
  if (specFile !== null && files.has(real(specFile))) return paths.map(({ id }) => id);
  const configs = new Set(paths.flatMap(({ proxies }) => proxies.map(({ config }) => real(config))));
  const folders = new Set([...files].filter((file) => !configs.has(file)).map(dirname));
  return paths
    .filter(({ proxies }) => proxies.some(({ config }) => files.has(real(config)) || folders.has(dirname(real(config)))))
    .map(({ id }) => id);
}

/** Whether a change concerns a config that is checked: something in its folder changed, below it, or in what else it is given. When the spec itself changed, it does. */
export function isCheckChanged({ config, root, provide }: CheckedConfig, changed: readonly string[], specFile: string): boolean {
  const files = changed.map(real);
  const isFolder = statSync(config, { throwIfNoEntry: false })?.isDirectory() === true;
  const given = [
    isFolder ? config : dirname(config),
    ...(root === null ? [] : [root]),
    ...provide.map((written) => written.replace(/:\/.*$/, '')),
  ].map(real);
  const isGiven = (file: string): boolean => given.some((one) => file === one || file.startsWith(one.endsWith(sep) ? one : `${one}${sep}`));
  return files.some((file) => file === real(specFile) || isGiven(file));
}

/** Both sides of the comparison may have come through a symbolic link; a file that was removed has no other name. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
