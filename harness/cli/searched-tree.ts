import type { ProxyService } from '../model/service.ts';
import type { Subject } from '../model/subject.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { linesOfTree } from '../run/tree-lines.ts';

/** More files are not looked through one by one. */
const MOST_FILES = 300;

/**
 * The files of a config that take part in it: the main one, and those without which it would be read otherwise. A search in the others, which only lie in the
 * same folder, would find nothing, and count it.
 */
export function searchedTree(service: ProxyService, { tree }: Pick<Subject, 'tree'>): ConfigTree {
  if (tree.files.size > MOST_FILES) return tree;
  const whole = readingOf(service, tree);
  const takesPart = (path: string): boolean => path === tree.main || readingOf(service, without(tree, path)) !== whole;
  return { ...tree, files: new Map([...tree.files].filter(([path]) => takesPart(path))) };
}

const without = (tree: ConfigTree, left: string): ConfigTree => ({
  ...tree,
  files: new Map([...tree.files].filter(([path]) => path !== left)),
});

const readingOf = (service: ProxyService, tree: ConfigTree): string =>
  JSON.stringify([service.readSurroundings?.(tree) ?? null, linesOfTree(service, tree)]);
