import type { TriedCandidate } from '../model/candidate.ts';
import type { BehaviouralChange, JudgedMutant, Mutant, MutantFate, MutationScore } from '../model/search-results.ts';
import { VERDICTS } from '../model/verdict.ts';
import { isSame } from './same-finding.ts';

/** What came of a mutant; null: it was not judged in time. */
export interface TriedMutant {
  readonly mutant: Mutant;
  readonly tried: TriedCandidate | null;
}

/**
 * How many mutants the policy notices. Killed: the verdict got worse than that of the unaltered config, or, where that fails already, a
 * finding fails that did not. Mutants that the proxy refuses, or that were not judged in time, count as neither.
 *
 * @param changes what a mutant does that the unaltered config did not (`changesOf`): tells survivors that break something from those
 *   that do nothing.
 */
export function mutationScore(
  unaltered: TriedCandidate,
  tried: readonly TriedMutant[],
  changes: (mutant: TriedCandidate) => readonly BehaviouralChange[],
): MutationScore {
  const judged = tried.map((one): RankedMutant => {
    const made = one.tried === null || one.tried.status === 'rejected' ? [] : changes(one.tried);
    const worse = made.toSorted((a, b) => harmRank(a) - harmRank(b));
    const harm = worse.map(harmWords);
    return { mutant: one.mutant, fate: fateOf(unaltered, one.tried), harm, rank: Math.min(...worse.map(harmRank), NO_HARM) };
  });
  const count = (fate: MutantFate): number => judged.filter((one) => one.fate === fate).length;
  const [killed, survived] = [count('killed'), count('survived')];
  const mutants = judged.map(({ mutant, fate, harm }): JudgedMutant => ({ mutant, fate, harm }));
  return {
    killed,
    survived,
    rejected: count('rejected'),
    timed: count('timed'),
    score: killed + survived === 0 ? null : killed / (killed + survived),
    mutants,
    survivors: judged
      .filter(({ fate }) => fate === 'survived')
      .toSorted((a, b) => a.rank - b.rank || b.harm.length - a.harm.length)
      .map(({ mutant, fate, harm }) => ({ mutant, fate, harm })),
  };
}

interface RankedMutant extends JudgedMutant {
  readonly rank: number;
}

function fateOf(unaltered: TriedCandidate, tried: TriedCandidate | null): MutantFate {
  if (tried === null) return 'timed';
  if (tried.status === 'rejected') return 'rejected';
  if (VERDICTS.indexOf(tried.verdict) > VERDICTS.indexOf(unaltered.verdict)) return 'killed';
  if (VERDICTS.indexOf(unaltered.verdict) < VERDICTS.indexOf('fail')) return 'survived';
  const failing = (one: TriedCandidate): TriedCandidate['findings'] =>
    one.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
  const isNoticed = failing(tried).some((one) => !failing(unaltered).some((other) => isSame(other, one)));
  return isNoticed ? 'killed' : 'survived';
}

const NO_HARM = 4;

/** Refused handshakes, then whatever else is worse, then what is only different, then what is better. */
function harmRank({ isWorse, area, what }: BehaviouralChange): number {
  if (isWorse === true) return area === 'opening-handshake' || /refused|handshake/.test(what) ? 0 : 1;
  return isWorse === null ? 2 : 3;
}

/** `opening-handshake plain: 101 before, 400 now`. */
const harmWords = ({ area, what, before, after }: BehaviouralChange): string =>
  area === 'finding' ? `${what}: ${after ?? 'no longer'}` : `${area} ${what}: ${before ?? 'nothing'} before, ${after ?? 'nothing'} now`;
