import type { RunRecord } from '../harness/model/record.ts';
import { uncaptured } from './not-measured.ts';
import { formatCount, plural } from './numbers.ts';
import { pathsInOrder } from './reading-order.ts';

/** A leg in one scenario about which the instruments do not agree. `because` names the one to doubt. Texts are untrusted. */
export interface InstrumentDoubt {
  readonly path: string;
  readonly leg: string;
  readonly scenario: string;
  readonly because: string;
}

/** Whether the links' injectors, the kernels' counters and the captures tell the same story. */
export interface InstrumentCheck {
  /** Part of a sentence, to stand after `instrument check: `; without a full stop. Untrusted: escape it. */
  readonly sentence: string;
  /** What a reader looks at first comes first. */
  readonly doubts: readonly InstrumentDoubt[];
}

/** Doubts that are told outside of their path's section. */
const TOLD = 3;

type Checked = Pick<RunRecord['paths'][number], 'legs' | 'instruments'>;

/** The check of the whole run, in the words of every report. */
export function instrumentCheck(record: RunRecord): InstrumentCheck {
  const paths = pathsInOrder(record);
  const doubts = paths.flatMap(({ path, instruments }) =>
    instruments.filter(({ agree }) => !agree).map(({ leg, scenario, because }) => ({ path: path.id, leg, scenario, because })),
  );
  if (paths.every(isUnwatched)) return { sentence: `nothing was captured: ${reasonOf(record)}`, doubts };
  return { sentence: tallyOf(paths) ?? NOTHING_COMPARED, doubts };
}

const NOTHING_COMPARED = 'packets were captured, but no leg was compared with what the kernels counted';

const isUnwatched = ({ legs, instruments }: Checked): boolean => legs.length === 0 && instruments.length === 0;

/** A leg is checked in each scenario, so it counts as often. Null when none was checked. */
export function tallyOf(paths: readonly Checked[]): string | null {
  const checks = paths.flatMap(({ instruments }) => instruments);
  const agreed = checks.filter(({ agree }) => agree).length;
  if (checks.length === 0) return null;
  const legs = checks.length === 1 ? 'the one leg that was checked' : `all ${plural(agreed, 'leg')}, scenario by scenario`;
  const part = `${formatCount(agreed)} of ${plural(checks.length, 'leg')}, scenario by scenario`;
  return `injector, kernels and captures agree on ${agreed === checks.length ? legs : part}`;
}

function reasonOf(record: RunRecord): string {
  const reasons = [...new Set(uncaptured(record).map(({ because }) => because))];
  const [first] = reasons;
  if (first === undefined) return 'captures were off, or the run ended before the first';
  return reasons.length === 1 ? first : `${first} (and ${plural(reasons.length - 1, 'other reason')})`;
}

/** `checkout, leg client-haproxy, steady-echo: the captures lost 12 packets themselves: doubt the captures`. Untrusted: escape it. */
export const doubtWords = ({ path, leg, scenario, because }: InstrumentDoubt): string => `${path}, leg ${leg}, ${scenario}: ${because}`;

/** The first doubts, and, in words, how many more there are and where they stand. */
export function toldDoubts(
  { doubts }: InstrumentCheck,
  where = 'in report.html',
): { readonly told: readonly InstrumentDoubt[]; readonly more: string | null } {
  const left = doubts.length - TOLD;
  return { told: doubts.slice(0, TOLD), more: left > 0 ? `${plural(left, 'more doubt')} ${where}` : null };
}

/** The whole check in one text, for reports of names and values. Untrusted: escape it. */
export function instrumentText(check: InstrumentCheck): string {
  const { told, more } = toldDoubts(check);
  return [check.sentence, ...told.map((doubt) => `not on ${doubtWords(doubt)}`), ...(more === null ? [] : [more])].join('; ');
}
