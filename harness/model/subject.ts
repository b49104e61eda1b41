import type { ConfigTree } from './surroundings.ts';
import type { Provision, WorldFile } from './world.ts';

/** A user's own config, read and ready to be given a world. `with` another tree it is another candidate of the same (diff, shrink, mutate). */
export interface Subject {
  /** Made of the label: letters, digits, `.`, `_` and `-`. Unique in a run. */
  readonly id: string;
  /** As the user named it. */
  readonly label: string;
  /** Name of its ProxyService. */
  readonly service: string;
  /** What the ids of its paths begin with; absent: with the host of the entry. */
  readonly pathPrefix?: string;
  readonly version: string | null;
  readonly tree: ConfigTree;
  /** Everything that the user gave, copies of this machine's files, the files of the tree too. A file of the tree whose text differs wins. */
  readonly given: readonly WorldFile[];
  /** URLs that the user named: `wss://chat.example.com/socket`. Empty: entries are found in the config. */
  readonly urls: readonly string[];
  /** What was done when it was read: rendered, wrapped, left out. */
  readonly provisions: readonly Provision[];
}
