import type { LatencyDifference } from '../../harness/model/record.ts';
import type { BehaviouralChange, Cause, Hunk, SearchCost, Uncaused } from '../../harness/model/search-results.ts';
import { differenceWords, percentileName } from '../latency-words.ts';
import { configText, costWords } from './search-words.ts';

/** Latency of `after` against `before`, interleaved in one run. */
export interface MeasuredPath {
  readonly path: string;
  /** `subject` is after, `control` is before. */
  readonly differences: readonly LatencyDifference[];
  /** Further comparisons in words, and whether they are significant: "retransmissions 0.10 % before, 0.12 % after". */
  readonly others: readonly { readonly words: string; readonly isDifferent: boolean }[];
}

export interface DiffReport {
  /** What was compared, as the user named it. */
  readonly before: string;
  readonly after: string;
  readonly causes: readonly Cause[];
  readonly uncaused: readonly Uncaused[];
  readonly latency: readonly MeasuredPath[];
  /** What both do, in sentences without a full stop. */
  readonly same: readonly string[];
  /** What is not known, and why, in sentences without a full stop. Absent: nothing. */
  readonly notes?: readonly string[];
  readonly cost: SearchCost;
  readonly elapsedMs: number;
}

/** What differs between two configs and which lines cause it. Lines of untrusted text: the caller escapes each. */
export function diffText(report: DiffReport): readonly string[] {
  const { before, after, causes, uncaused, latency, same, notes = [], cost, elapsedMs } = report;
  const entries = [...causes.map(causeEntry), ...uncaused.map(uncausedEntry)];
  const sections = (['worse', 'better', 'changed'] as const).flatMap((kind) =>
    section(
      kind,
      entries.filter((one) => one.kind === kind).flatMap(({ lines }) => lines),
    ),
  );
  return [
    headline(before, after, [...causes.flatMap(({ changes }) => changes), ...uncaused.map(({ change }) => change)]),
    ...sections,
    ...section('latency', latency.flatMap(latencyLines)),
    ...section(
      'the same',
      same.map((sentence) => `  ${sentence}`),
    ),
    ...section(
      'not known',
      notes.map((sentence) => `  ${sentence}`),
    ),
    '',
    `compared in ${costWords(cost, elapsedMs)}`,
  ];
}

function headline(before: string, after: string, changes: readonly BehaviouralChange[]): string {
  if (changes.length === 0) return `${before} and ${after} behave alike`;
  const count = (isWorse: boolean | null): number => changes.filter((one) => one.isWorse === isWorse).length;
  const words = [
    [count(true), 'worse'],
    [count(false), 'better'],
    [count(null), 'only different'],
  ] as const;
  const counted = words.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${before} -> ${after}: ${counted.join(', ')}`;
}

const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', title, ...lines]);

type Kind = 'worse' | 'better' | 'changed';

interface Entry {
  readonly kind: Kind;
  readonly lines: readonly string[];
}

const kindOf = (changes: readonly BehaviouralChange[]): Kind =>
  changes.some(({ isWorse }) => isWorse === true) ? 'worse' : changes.some(({ isWorse }) => isWorse === false) ? 'better' : 'changed';

function causeEntry({ changes, hunks, diff, isMinimal, isOnly }: Cause): Entry {
  const notes = [
    ...(isMinimal ? [] : ['the search ended early: fewer lines may be enough']),
    ...(isOnly === false ? ['these lines are enough, and something else in the change causes it too'] : []),
  ];
  const shown = diff.trimEnd().split('\n');
  const lines = [
    ...changeLines(changes),
    `    because of ${placesOf(hunks).join(', ')}`,
    ...notes.map((note) => `    (${note})`),
    ...shown.map((line) => `      ${configText(line)}`),
  ];
  return { kind: kindOf(changes), lines };
}

const uncausedEntry = ({ change, because }: Uncaused): Entry => ({
  kind: kindOf([change]),
  lines: [changeLine(change), `    no line can be named: ${because}`],
});

/** `file:line` of each hunk; of lines that only came, their place in the file after. */
function placesOf(hunks: readonly Hunk[]): readonly string[] {
  return hunks.map(({ file, before, after }) => `${file}:${before.lines.length > 0 ? before.line : after.line}`);
}

/** More cases of one kind than these are told of together. */
const MOST_CASES = 3;

/** One line each; cases of one scenario that all end the same way after are one line. */
function changeLines(changes: readonly BehaviouralChange[]): readonly string[] {
  const groups = Map.groupBy(changes, ({ area, what, path, after, isWorse }) =>
    JSON.stringify(area === 'finding' || after === null ? [area, what, path, after] : [area, path, after, isWorse]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= MOST_CASES) return group.map(changeLine);
    const names = group.slice(0, MOST_CASES).map(({ what }) => what);
    const where = first.path === null ? '' : ` (${first.path})`;
    return [
      `  ${first.area}: ${String(group.length)} cases${where}: ${first.before ?? 'nothing'} -> ${first.after ?? 'nothing'}; among them ${names.join(', ')}`,
    ];
  });
}

function changeLine({ area, what, path, before, after }: BehaviouralChange): string {
  const where = path === null ? '' : ` (${path})`;
  if (area === 'finding') return `  ${after === null ? 'gone: ' : 'new: '}${what}${where}: ${after ?? before ?? ''}`;
  return `  ${area === 'start' ? '' : `${area}: `}${what}${where}: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`;
}

/** `~` in front of what is not significant. */
function latencyLines({ path, differences, others }: MeasuredPath): readonly string[] {
  const rows = [
    ...differences.map((one) => ({ words: `${percentileName(one)} ${differenceWords(one)}`, isDifferent: one.isDifferent })),
    ...others,
  ];
  return rows.length === 0 ? [] : [`  ${path}`, ...rows.map(({ words, isDifferent }) => `  ${isDifferent ? ' ' : '~'} ${words}`)];
}
