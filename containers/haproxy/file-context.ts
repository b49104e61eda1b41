import { posix } from 'node:path';
import { globalsOf, type WholeConfig } from './whole-config.ts';

/** Where relative names in a config lead to. */
export interface FileContext {
  readonly config: WholeConfig;
  /** `default-path`, else the folder that HAProxy is started in. */
  readonly base: string;
  /** `crt-base`, `key-base`, `ca-base`; empty: as `base`. */
  readonly certificates: string;
  readonly keys: string;
  readonly authorities: string;
}

export function fileContext(config: WholeConfig): FileContext {
  const setting = (...key: readonly string[]): readonly string[] =>
    globalsOf(config)
      .findLast(({ words }) => key.every((word, index) => words[index] === word))
      ?.words.slice(key.length) ?? [];
  const [policy, path = ''] = setting('default-path');
  const folder = posix.dirname(config.tree.main);
  const bases: Readonly<Record<string, string>> = { config: folder, parent: posix.dirname(folder), origin: posix.join('/', path) };
  const [crt = ''] = setting('crt-base');
  return {
    config,
    base: bases[policy ?? ''] ?? config.tree.workingFolder,
    certificates: crt,
    keys: setting('key-base')[0] ?? crt,
    authorities: setting('ca-base')[0] ?? '',
  };
}

/** Absolute; a folder's slash at the end stays. */
export const inFolder = (name: string, folder: string, { base }: Pick<FileContext, 'base'>): string =>
  posix.normalize(
    name.startsWith('/')
      ? name
      : posix.join('/', base === '' ? '' : posix.resolve('/', base), folder === '' ? '' : relativeTo(folder, base), name),
  );

/** A base that is absolute itself counts from the root. */
const relativeTo = (folder: string, base: string): string =>
  folder.startsWith('/') ? posix.relative(posix.resolve('/', base), folder) : folder;
