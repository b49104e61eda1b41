import type { ConfigTree } from '../model/surroundings.ts';
import type { Subject } from '../model/subject.ts';

/** The same subject with another tree: a candidate of diff, shrink or mutate. */
export const withTree = (subject: Subject, tree: ConfigTree): Subject => ({ ...subject, tree });

/** The tree with another text in one of its files. A path that it does not have is added under its own name. */
export function treeWith(tree: ConfigTree, path: string, text: string): ConfigTree {
  const file = tree.files.get(path) ?? { path, label: path };
  return { ...tree, files: new Map([...tree.files, [path, { ...file, text }]]) };
}
