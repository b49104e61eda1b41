import { isOwed } from '../model/entry.ts';
import type { SubjectFacts } from '../model/world.ts';

/** `ordinary`: it refuses, where no WebSocket is expected. `untried`: no opening handshake was seen. */
export type EntryMark = 'opens' | 'refused' | 'untried' | 'ordinary';

type SeenEntry = SubjectFacts['entries'][number];

/** What became of the plain opening handshake at an entry of the subject. */
export function entryMark({ entry, seen }: SeenEntry, { entries }: Pick<SubjectFacts, 'entries'>): EntryMark {
  if (seen === null || seen.handshake === null) return 'untried';
  if (seen.handshake === '101') return 'opens';
  const all = entries.map((one) => one.entry);
  return isOwed(entry, all) ? 'refused' : 'ordinary';
}

/**
 * The subjects of which something was seen, or of which nothing could be. None where the run was a part of a check, as that with divided durations: what is seen
 * there is told by the check.
 */
export const checkedSubjects = (subjects: readonly SubjectFacts[] | undefined): readonly SubjectFacts[] =>
  (subjects ?? []).every(({ entries }) => entries.length > 0 && entries.every(({ seen }) => seen === null)) ? [] : (subjects ?? []);

/** Paths of the entries that owe a socket and do not open: why is told with the entry. */
export const refusedPaths = (subjects: readonly SubjectFacts[]): ReadonlySet<string> =>
  new Set(subjects.flatMap((subject) => subject.entries.filter((one) => entryMark(one, subject) === 'refused').map(({ path }) => path)));
