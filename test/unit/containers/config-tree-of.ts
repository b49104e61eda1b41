import type { ConfigFile, ConfigTree } from '../../../harness/model/surroundings.ts';

/** A tree out of texts by path; the first is the main file. Labels are the last parts of the paths. */
export function configTreeOf(
  texts: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  wrapper?: string,
): ConfigTree {
  const files = Object.entries(texts).map(([path, text]): readonly [string, ConfigFile] => [
    path,
    { path, text, label: path.slice(path.lastIndexOf('/') + 1), ...(path === wrapper ? { isWrapper: true as const } : {}) },
  ]);
  return { main: files[0]?.[0] ?? '/', files: new Map(files), workingFolder: '/srv', env };
}
