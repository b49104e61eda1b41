import { entryUrl } from '../harness/model/entry.ts';
import { isControl, type Path } from '../harness/model/path.ts';
import type { RunRecord } from '../harness/model/record.ts';

/** What a reader calls a path: its id, but at an entry of a checked config its URL, and `control` for what those are compared with. Untrusted. */
export const pathName = (path: Path): string =>
  path.entry !== undefined ? entryUrl(path.entry) : path.foreign === true && isControl(path) ? 'control' : path.id;

/** The same of a path that is known by its id. */
export function pathNameOf(record: RunRecord, id: string): string {
  const found = record.paths.find(({ path }) => path.id === id);
  return found === undefined ? id : pathName(found.path);
}
