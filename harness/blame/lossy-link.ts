import type { LinkCounterEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import { legsOf } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import { percent, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { clearlyExceeds } from './retransmission.ts';
import { unknownBlame } from './unknown-blame.ts';

interface LinkLoss {
  readonly path: Path;
  readonly controlPath: Path;
  readonly subject: readonly LinkCounterEvidence[];
  readonly control: readonly LinkCounterEvidence[];
}

/** Which link dropped the segments that were sent again: the only one that dropped clearly more of this path's packets than of the control's. */
export function blameLossyLink({ path, controlPath, subject, control }: LinkLoss): Blame {
  const suspects = path.links.flatMap(({ name }) => {
    const here = dropsOf(name, subject);
    const there = dropsOf(name, control) ?? (isClean(controlPath, name) ? { hits: 0, total: here?.total ?? 0 } : null);
    return here !== null && there !== null && clearlyExceeds(here, there) ? [{ name, here, there }] : [];
  });
  const [only, other] = suspects;
  if (only === undefined || other !== undefined)
    return unknownBlame('the links were not seen to drop more than on the control path, so where segments were lost is not known');
  const because = `the link ${only.name} dropped ${percent(share(only.here))} of its packets here and ${percent(share(only.there))} on the control path`;
  const leg = legsOf(path).find(({ links }) => links.includes(only.name))?.name ?? null;
  return { host: only.name, leg, direction: null, confidence: 'certain', because, config: null, innocent: [] };
}

/** A link without impairments drops nothing, and nothing is counted of it. */
const isClean = ({ links }: Path, name: string): boolean => links.some((link) => link.name === name && link.impairments.length === 0);

/** Null when any of its counters could not be read. */
function dropsOf(link: string, counters: readonly LinkCounterEvidence[]): Proportion | null {
  const deltas = counters.filter((counter) => counter.link === link).map(({ delta }) => delta);
  let sum: Proportion = { hits: 0, total: 0 };
  for (const delta of deltas) {
    if (delta === null) return null;
    sum = { hits: sum.hits + delta.droppedPackets, total: sum.total + delta.droppedPackets + delta.forwardedPackets };
  }
  return deltas.length === 0 ? null : sum;
}
