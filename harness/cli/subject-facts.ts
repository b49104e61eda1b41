import type { Path } from '../model/path.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import type { SubjectFacts } from '../model/world.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import { entrySeen, type SeenRun } from './entry-seen.ts';
import { recordFrom } from './judge-folder.ts';
import type { StoodSubject } from './stand-up.ts';

export const pathsOf = (stood: readonly StoodSubject[]): readonly Path[] => stood.flatMap(({ paths }) => paths);

/** The user's own config of each host, by its name. */
export const treesOf = (stood: readonly StoodSubject[]): ReadonlyMap<string, ConfigTree> =>
  new Map(stood.flatMap(({ subject, paths }) => paths.flatMap(({ proxies }) => proxies.map(({ name }) => [name, subject.tree] as const))));

/** What is known of a subject before anything is driven over its paths. */
export const factsOf = ({ subject, planned, paths, note, version }: StoodSubject): SubjectFacts => ({
  id: subject.id,
  service: subject.service,
  version: subject.version,
  ran: version,
  label: subject.label,
  provisions: planned.provisions,
  entries: paths.flatMap(({ id, entry }) => (entry === undefined ? [] : [{ path: id, entry, seen: null }])),
  note,
});

/** A run folder, judged by itself. Throws what readRunFolder throws. */
export async function seenIn(folder: string): Promise<SeenRun> {
  const saved = await readRunFolder(folder);
  return { saved, record: recordFrom(saved) };
}

/** The facts of a run with what was seen at each entry, from which every report is made. `scaledOf`: the run of a subject's copy with divided durations, by id. */
export function factsWithSeen(asWritten: SeenRun, stood: readonly StoodSubject[], scaledOf: (subject: string) => SeenRun | null): RunFacts {
  const { facts } = asWritten.saved;
  const subjects = (facts.subjects ?? []).map((one): SubjectFacts => {
    const standing = stood.find(({ subject }) => subject.id === one.id);
    if (standing === undefined) return one;
    const { service, subject } = standing;
    const entries = one.entries.map((at) => ({
      ...at,
      seen: entrySeen(at.path, asWritten, scaledOf(one.id), linesOfTree(service, subject.tree, at.entry)),
    }));
    return { ...one, entries };
  });
  return { ...facts, subjects };
}
