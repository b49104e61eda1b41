import { HarnessError } from '../errors.ts';
import { isControl, type Path } from '../model/path.ts';
import type { Subject } from '../model/subject.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { applyHunks, hunksOf } from '../search/hunks.ts';
import { entryUrl } from '../world/subject-paths.ts';
import { readEntries } from './diff-read.ts';
import { servicesByName } from './drive-subjects.ts';
import type { Progress } from './progress.ts';
import { standForSearch } from './stand-for-search.ts';
import type { StoodSubject } from './stand-up.ts';

/** What is compared: two configs that stand in the same place, or one under two versions. */
export interface DiffSides {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Both run with the program of one version, so that lines alone make the difference. */
  readonly isOfLines: boolean;
  /** URLs of entries that either has. */
  readonly urls: readonly string[];
  /** Paths that are not driven for their number. */
  readonly leftOut: readonly Path[];
  readonly notes: readonly string[];
}

export interface DiffSide {
  /** What it is driven as. Of a config that is refused: the other one. */
  readonly stood: StoodSubject;
  readonly tree: ConfigTree;
  /** Those that both sides have, the same ids on either, and the control path. */
  readonly paths: readonly Path[];
  /** Its proxy's words, where it did not start. */
  readonly refused: string | null;
}

/** Each is a proxy of its own, twice. */
const MOST_PATHS = 6;

/** Throws USAGE_ERR_BAD_FLAG for configs of two programs, and what standing up throws, where neither side starts. */
export async function standBoth(
  before: Subject,
  after: Subject,
  ground: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<DiffSides> {
  if (before.service !== after.service)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected two configs of the same program, got one of ${titleOf(before)} (${before.label}) and one of ${titleOf(after)} (${after.label})`,
    );
  const [was, is] = [await standing(before, ground), await standing(after, ground)];
  const base = 'stood' in was ? was.stood : 'stood' in is ? is.stood : null;
  if (base === null) throw 'error' in was ? was.error : new RangeError('one of two stood');
  const isOfLines = before.version === after.version;
  const hunks = isOfLines ? hunksOf(before.tree, after.tree) : [];
  const tree = isOfLines ? labelled(applyHunks(before.tree, after.tree, hunks), after.tree) : before.tree;
  const [there, here] = [readEntries(base, before.tree), readEntries(base, tree)];
  const shared = (path: Path): boolean =>
    isControl(path) || (path.entry !== undefined && there.has(entryUrl(path.entry)) && here.has(entryUrl(path.entry)));
  const subjects = base.paths.filter((path) => !isControl(path) && shared(path));
  const leftOut = new Set(subjects.slice(MOST_PATHS));
  const side = (one: Standing, own: ConfigTree): DiffSide => {
    // With other lines the same program in the same world; with another version its own.
    const stood = isOfLines || !('stood' in one) ? mixed(base, was, is) : one.stood;
    const ids = new Set(base.paths.filter((path) => shared(path) && !leftOut.has(path)).map(({ id }) => id));
    return {
      stood,
      tree: own,
      paths: stood.paths.filter(({ id }) => ids.has(id)),
      refused: 'error' in one ? one.error.message : null,
    };
  };
  return {
    before: side(was, before.tree),
    after: side(is, tree),
    isOfLines,
    urls: [...new Set([...there.keys(), ...here.keys()])],
    leftOut: [...leftOut],
    notes: isOfLines ? versionNotes(was, is) : [],
  };
}

/** Findings about the config after point into its own files. */
const labelled = (tree: ConfigTree, { main, files }: ConfigTree): ConfigTree => ({
  ...tree,
  files: new Map(
    [...tree.files].map(([path, file]) => [path, { ...file, label: files.get(path === tree.main ? main : path)?.label ?? file.label }]),
  ),
});

type Standing = { readonly stood: StoodSubject } | { readonly error: HarnessError };

/** A config that its proxy refuses is something to compare. */
async function standing(subject: Subject, ground: { readonly progress: Progress; readonly signal: AbortSignal }): Promise<Standing> {
  try {
    return { stood: await standForSearch(subject, ground) };
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'CONFIG_ERR_REJECTED') return { error };
    throw error;
  }
}

/** The world of both: what either program asked for is there. */
function mixed(base: StoodSubject, was: Standing, is: Standing): StoodSubject {
  const extra = [was, is].flatMap((one) => ('stood' in one ? one.stood.extra : []));
  const given = [is, was].flatMap((one) => ('stood' in one ? one.stood.subject.given : []));
  const files = new Map([...given, ...base.subject.given].map((file) => [file.path, file]));
  const first = base.subject.given.map(({ path }) => path);
  const ordered = [...new Set([...first, ...files.keys()])].flatMap((path) => files.get(path) ?? []);
  return {
    ...base,
    subject: { ...base.subject, given: ordered },
    extra: [...new Map(extra.map((file) => [file.path, file])).values()],
  };
}

function versionNotes(was: Standing, is: Standing): readonly string[] {
  if (!('stood' in was) || !('stood' in is) || was.stood.subject.version === is.stood.subject.version) return [];
  return [
    `both were run as the config before is: ${[was, is].map(({ stood }) => stood.note ?? `${titleOf(stood.subject)} of this machine`).join('; ')}`,
  ];
}

const titleOf = ({ service }: Subject): string => servicesByName.get(service)?.title ?? service;
