import { posix } from 'node:path';
import { isControl } from '../harness/model/path.ts';
import type { RunRecord } from '../harness/model/record.ts';
import type { Problem } from './problems.ts';

/** Where a report is read. Both absolute; absent: files are named as they are. */
export interface Roots {
  /** Root of the repository. */
  readonly workspace?: string;
  /** Folder that names of files are relative to: the one in which Hopscope was started. Absent: the root of the repository. */
  readonly folder?: string;
}

/** A file of the repository, relative to its root with forward slashes and without `./`, and a place in it. */
export interface RepositoryPlace {
  readonly file: string;
  /** 1-based; null: the file as a whole. */
  readonly line: number | null;
  readonly column: number | null;
}

/** The file as the repository names it; null for one that is outside. */
export function repositoryFile(file: string, { workspace, folder }: Roots): string | null {
  const root = workspace ?? folder;
  if (root === undefined && posix.isAbsolute(file)) return null;
  const name = root === undefined ? posix.normalize(file) : posix.relative(root, posix.resolve(folder ?? root, file));
  return name === '' || name === '.' || name === '..' || name.startsWith('../') ? null : name;
}

const place = (file: string, roots: Roots, line: number | null, column: number | null): RepositoryPlace | null => {
  const name = repositoryFile(file, roots);
  return name === null ? null : { file: name, line, column };
};

/**
 * Where a problem is shown: at the blamed line, else at the config of the blamed host, else at the spec, which accuses nobody. Null where the
 * repository has none of them.
 */
export function placeOf({ finding, path }: Problem, record: RunRecord, roots: Roots): RepositoryPlace | null {
  const config = finding?.blame?.config;
  if (config) return place(config.file, roots, config.line, config.column) ?? specPlace(record, roots);
  const own = record.paths.find((it) => it.path.id === path)?.path;
  const proxy = own === undefined || isControl(own) ? undefined : own.proxies.find(({ name }) => name === finding?.blame?.host);
  return (proxy === undefined ? null : place(proxy.configLabel, roots, null, null)) ?? specPlace(record, roots);
}

/** What was run, where that is one file: a built-in spec is none. */
function specPlace({ run }: RunRecord, roots: Roots): RepositoryPlace | null {
  const isFile = /^[^,]*\.[a-z0-9]+$/i.test(run.specLabel) && !run.specLabel.startsWith('builtin:');
  return isFile ? place(run.specLabel, roots, null, null) : null;
}
