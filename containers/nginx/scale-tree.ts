import type { ConfigFile, ConfigTree } from '../../harness/model/surroundings.ts';
import { expandTree } from './config-files.ts';
import type { Directive } from './config-tree.ts';
import { applied, defaultsEdit, durationEdits, type Edit } from './scale-durations.ts';

/** A config of several files whose durations were divided. */
export interface ScaledTree {
  /** New texts by path: of those files only that changed. */
  readonly files: ReadonlyMap<string, string>;
  /** What could not be scaled, in sentences without a full stop. */
  readonly notes: readonly string[];
}

/**
 * `scaleDurations` over all files of a config. Defaults are written behind the `{` of `http` and `stream`, for what no file sets at that
 * level. No line moves. Never throws.
 */
export function scaleTree(tree: ConfigTree, factor: number): ScaledTree {
  const { main, absent } = expandTree(tree);
  const notes: string[] = [];
  const edits = new Map<ConfigFile, Edit[]>();
  for (const file of filesIn(main)) {
    const own: string[] = [];
    edits.set(file, [...durationEdits(file.text, factor, own)]);
    notes.push(...own.map((note) => `${file.label}: ${note}`));
  }
  for (const block of main) {
    const edit = block.file === undefined ? null : defaultsEdit(block.file.text, block, factor);
    const unread = absent.find(({ directive, inside }) => inside === block.name && block.block?.includes(directive));
    if (edit === null || block.file === undefined) continue;
    if (unread === undefined) edits.get(block.file)?.push(edit);
    else
      notes.push(
        `${unread.directive.file?.label ?? ''}: line ${unread.directive.line}: what \`include ${unread.directive.args.join(' ').slice(0, 80)}\` brings is not known, so the defaults are not scaled`,
      );
  }
  const changed = [...edits].map(([file, list]) => [file, applied(file.text, list)] as const).filter(([file, text]) => file.text !== text);
  return { files: new Map(changed.map(([file, text]) => [file.path, text])), notes };
}

const filesIn = (level: readonly Directive[], found = new Set<ConfigFile>()): ReadonlySet<ConfigFile> => {
  for (const { file, block } of level) {
    if (file !== undefined) found.add(file);
    if (block !== null) filesIn(block, found);
  }
  return found;
};
