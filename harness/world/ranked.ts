import type { Provision } from '../model/world.ts';

const HOW = ['missing', 'stubbed', 'made', 'given'] as const satisfies readonly Provision['how'][];

/** Each provision once, what could not be provided first and what the user gave last; those of one sort stay together, in the order they came. Pure. */
export function ranked(provisions: readonly Provision[]): readonly Provision[] {
  const once = new Map<string, Provision>();
  for (const provision of provisions) {
    const id = JSON.stringify([provision.how, provision.what, provision.name, provision.because]);
    if (!once.has(id)) once.set(id, provision);
  }
  const all = [...once.values()];
  const sorts = [...new Set(all.map(({ what }) => what))];
  return all.toSorted((a, b) => HOW.indexOf(a.how) - HOW.indexOf(b.how) || sorts.indexOf(a.what) - sorts.indexOf(b.what));
}
