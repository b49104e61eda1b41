import type { ConfigFile, ConfigTree } from '../../../../harness/model/surroundings.ts';

/** A tree of files by path; the first is the main one. Paths that begin with `wrapper:` came with Hopscope. */
export function treeOf(texts: Readonly<Record<string, string>>): ConfigTree {
  const files = Object.entries(texts).map(([name, text]): ConfigFile => {
    const path = name.replace(/^wrapper:/, '');
    const label = path.split('/').at(-1) ?? path;
    return name.startsWith('wrapper:') ? { path, text, label, isWrapper: true } : { path, text, label };
  });
  return { main: files[0]?.path ?? '', files: new Map(files.map((file) => [file.path, file])), workingFolder: '/', env: {} };
}

export const MAIN = '/etc/nginx/nginx.conf';
