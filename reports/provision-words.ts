import type { Provision, SubjectFacts } from '../harness/model/world.ts';
import { plural } from './numbers.ts';

/* The stub diff: what was given to a user's config so that it starts, for every report. All may hold untrusted text: escape it. */

export type How = Provision['how'];

export const HOW_WORDS: Readonly<Record<How, string>> = {
  given: 'your own files',
  made: 'works as the real one does',
  stubbed: 'there, but empty or harmless',
  missing: 'could not be provided',
};

/** What a reader must know first: what is missing, then what is a stub, what was made, and the user's own files last. */
const ORDER: readonly How[] = ['missing', 'stubbed', 'made', 'given'];

/** Provisions of the same kind for the same reason: nine origins in a line. */
export interface ProvisionGroup {
  readonly what: string;
  readonly because: string;
  readonly items: readonly Pick<Provision, 'name' | 'place'>[];
}

export interface ProvisionsOf {
  readonly how: How;
  readonly count: number;
  readonly groups: readonly ProvisionGroup[];
}

/** In reading order, each thing once; a `how` of which there is nothing is left out. */
export function provisionsInOrder({ provisions }: SubjectFacts): readonly ProvisionsOf[] {
  const once = [...new Map(provisions.map((one) => [keyOf(one), one])).values()];
  return ORDER.flatMap((how) => {
    const own = once.filter((one) => one.how === how);
    const grouped = Map.groupBy(own, ({ what, because }) => JSON.stringify([what, because]));
    const groups = [...grouped.values()].flatMap((list) =>
      list[0] === undefined ? [] : [{ what: list[0].what, because: list[0].because, items: list }],
    );
    return own.length === 0 ? [] : [{ how, count: own.length, groups }];
  });
}

const keyOf = ({ how, what, name, because, place }: Provision): string =>
  JSON.stringify([how, what, name, because, place?.file, place?.line]);

/** `1 missing, 2 stubbed, 9 made, 2 files of your own`. */
export const provisionCounts = (subject: SubjectFacts): string =>
  provisionsInOrder(subject)
    .map(({ how, count }) => (how === 'given' ? `${plural(count, 'file')} of your own` : `${count} ${how}`))
    .join(', ');
