import type { JudgedMutant, MutantFate, MutationScore, SearchCost } from '../../harness/model/search-results.ts';
import { plural } from '../numbers.ts';
import { costWords } from './search-words.ts';

export interface MutateReport {
  readonly score: MutationScore;
  readonly cost: SearchCost;
  readonly elapsedMs: number;
  /** Score below which the command fails, 0 to 1; null: none was asked for. */
  readonly failUnder: number | null;
}

const FATE_WORDS: Readonly<Record<MutantFate, string>> = {
  killed: 'noticed',
  survived: 'NOT NOTICED',
  rejected: 'refused',
  timed: 'out of time',
};

/** Lines of harm that are shown of one survivor. */
const MOST_HARM = 3;

/** Every mutant, the survivors with what they break, and the score. Lines of untrusted text: the caller escapes each. */
export function mutateText({ score, cost, elapsedMs, failUnder }: MutateReport): readonly string[] {
  const { mutants, survivors, killed, survived, rejected, timed } = score;
  const rest = [
    ...(rejected === 0 ? [] : [`${plural(rejected, 'mutant')} that the proxy refuses`]),
    ...(timed === 0 ? [] : [`${plural(timed, 'mutant')} not judged in time`]),
  ];
  return [
    ...mutantTable(mutants),
    ...(survivors.length === 0 ? [] : ['', 'The policy does not notice that', ...survivors.flatMap(survivorLines)]),
    '',
    scoreLine(score, failUnder),
    `${killed} noticed, ${survived} not${rest.length === 0 ? '' : `; left out: ${rest.join(', ')}`}`,
    costWords(cost, elapsedMs),
  ];
}

function mutantTable(mutants: readonly JudgedMutant[]): readonly string[] {
  const rows = mutants.map(({ mutant, fate }) => [FATE_WORDS[fate], placeOf(mutant.place), mutant.title] as const);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  return rows.map(([fate, place, title]) => `${fate.padEnd(widths[0] ?? 0)}  ${place.padEnd(widths[1] ?? 0)}  ${title}`);
}

const placeOf = ({ file, line }: JudgedMutant['mutant']['place']): string => `${file}:${line}`;

function survivorLines({ mutant, harm }: JudgedMutant): readonly string[] {
  const more = harm.length > MOST_HARM ? [`    and ${plural(harm.length - MOST_HARM, 'more change')}`] : [];
  const broken = harm.length === 0 ? ['    nothing else was seen to change'] : harm.slice(0, MOST_HARM).map((one) => `    ${one}`);
  return [`  ${mutant.title} (${placeOf(mutant.place)}): ${mutant.because}`, ...broken, ...more];
}

function scoreLine({ score }: MutationScore, failUnder: number | null): string {
  if (score === null) return 'mutation score: none, no mutant could be judged';
  const percent = `mutation score: ${(100 * score).toFixed(0)} %`;
  if (failUnder === null) return percent;
  const asked = `${Number((100 * failUnder).toFixed(2))} %`;
  return score < failUnder ? `${percent}, below the ${asked} that are asked for` : `${percent}, at least ${asked} are asked for`;
}
