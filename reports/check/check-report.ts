import { checkedSubjects, type EntryMark, entryMark } from '../../harness/measure/entry-mark.ts';
import { entryUrl } from '../../harness/model/entry.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import type { SubjectFacts } from '../../harness/model/world.ts';
import {
  entriesInOrder,
  headerWords,
  idleWords,
  outlivesReload,
  plainWords,
  type PlaceWords,
  placeWords,
  programOfSubject,
  refusalWords,
  reloadWords,
  resultWords,
  type SeenEntry,
} from '../entry-words.ts';
import { plural } from '../numbers.ts';
import { HOW_WORDS, type How, provisionsInOrder } from '../provision-words.ts';
import { clip } from '../visible-text.ts';
import { terminalText } from '../terminal/escape.ts';
import { type Paint, painter, type Style } from '../terminal/paint.ts';
import type { TerminalOptions } from '../terminal/terminal-report.ts';
import { wrap } from '../terminal/wrap.ts';

const MARKS: Readonly<Record<EntryMark, readonly [string, Style]>> = {
  opens: ['✓', 'green'],
  refused: ['✗', 'red'],
  ordinary: ['·', 'dim'],
  untried: ['?', 'yellow'],
};
const HOW_STYLES: Readonly<Record<How, Style>> = { missing: 'red', stubbed: 'yellow', made: 'dim', given: 'dim' };
const SENTENCE = 600;
/** Things of one kind that are named; more are counted. */
const TOLD_ITEMS = 12;
const LABEL = 12;

type Told = (text: string, indent: number, ...styles: readonly Style[]) => readonly string[];
/** A label and its text, wrapped beside the label. */
type Labelled = (label: string, text: string, style?: Style) => readonly string[];

interface Pen {
  readonly told: Told;
  readonly labelled: Labelled;
  readonly placed: PlaceWords;
}

/** What a person sees of a check: each config, what was seen at each of its entries, and what was provided for it. Empty for a run that checked none. */
export function checkReport(record: RunRecord, { color, columns }: TerminalOptions): string {
  const subjects = checkedSubjects(record.subjects);
  const pen = penOf(painter(color), Math.max(40, columns), placeWords(record));
  const lines = subjects.flatMap((subject) => [...subjectLines(subject, pen), '']);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function penOf(paint: Paint, columns: number, placed: PlaceWords): Pen {
  const safe = (text: string): string => terminalText(clip(text, SENTENCE));
  return {
    placed,
    told: (text, indent, ...styles) =>
      wrap(safe(text), columns - indent, 2).map((line) => `${' '.repeat(indent)}${paint(line, ...styles)}`),
    labelled: (label, text, style) =>
      wrap(safe(text), columns - 4 - LABEL).map((line, index) => {
        const head = (index === 0 ? label : '').padEnd(LABEL);
        return `    ${paint(head, 'dim')}${style === undefined ? line : paint(line, style)}`;
      }),
  };
}

function subjectLines(subject: SubjectFacts, pen: Pen): readonly string[] {
  /* What is the same at several entries is told at the first of them. */
  const told = new Map<string, string>();
  const entries = entriesInOrder(subject).flatMap((one) => {
    const url = entryUrl(one.entry);
    const facts = factLines(one, entryMark(one, subject), pen);
    const key = facts.join('\n');
    const before = told.get(key);
    if (before === undefined) told.set(key, url);
    const same = facts.length > 2 && before !== undefined;
    return [...headLines(one, subject, pen), ...(same ? pen.labelled('the rest', `as at ${before}`, 'dim') : facts), ''];
  });
  return [
    ...pen.told(`${subject.label}: ${programOfSubject(subject)}`, 0, 'bold'),
    ...(subject.note === null ? [] : pen.told(`! ${subject.note}`, 2, 'yellow')),
    '',
    ...entries,
    ...provisionLines(subject, pen),
  ];
}

function headLines(one: SeenEntry, subject: SubjectFacts, { told, labelled, placed }: Pen): readonly string[] {
  const { entry, seen } = one;
  const mark = entryMark(one, subject);
  const [symbol, style] = MARKS[mark];
  const line = mark === 'refused' ? (seen?.refusedBy?.line ?? null) : null;
  return [
    ...told(
      `${symbol} ${entryUrl(entry)}  ${resultWords(one, subject)}`,
      2,
      ...(mark === 'ordinary' ? [style] : ([style, 'bold'] as const)),
    ),
    ...labelled('because', `${entry.because}${entry.place === null ? '' : ` (${placed(entry.place)})`}`, 'dim'),
    ...(line === null ? [] : [...labelled('line', `${placed(line)} ${line.text}`, 'bold'), ...labelled('', line.explanation)]),
  ];
}

/** Nothing of an entry for ordinary requests, or one that was not tried. */
function factLines({ seen }: SeenEntry, mark: EntryMark, { labelled, placed }: Pen): readonly string[] {
  if (seen === null || mark === 'untried' || mark === 'ordinary') return [];
  if (mark === 'refused')
    return [...labelled('who', refusalWords(seen) ?? 'who refuses is not known'), ...labelled('plain HTTP', plainWords(seen))];
  const headers = headerWords(seen.headers);
  return [
    ...labelled('idle limit', idleWords(seen.idle, placed)),
    ...labelled('reload', reloadWords(seen.reload), outlivesReload(seen.reload) === false ? 'yellow' : undefined),
    ...(headers.length === 0
      ? labelled('headers', 'as sent')
      : headers.flatMap((words, index) => labelled(index === 0 ? 'headers' : '', words))),
    ...labelled('plain HTTP', plainWords(seen)),
  ];
}

/** The stub diff. The user's own files are only counted. */
function provisionLines(subject: SubjectFacts, { told, placed }: Pen): readonly string[] {
  const all = provisionsInOrder(subject);
  const given = all.find(({ how }) => how === 'given')?.count ?? 0;
  const lines = all
    .filter(({ how }) => how !== 'given')
    .flatMap(({ how, groups }) => [
      ...told(`${how}: ${HOW_WORDS[how]}`, 4, HOW_STYLES[how]),
      ...groups.flatMap(({ what, because, items }) => {
        const names = items.slice(0, TOLD_ITEMS).map(({ name, place }) => (place === null ? name : `${name} (${placed(place)})`));
        const more = items.length > TOLD_ITEMS ? [`${items.length - TOLD_ITEMS} more`] : [];
        return told(`${what} ${[...names, ...more].join(', ')}: ${because}`, 6, 'dim');
      }),
    ]);
  return [...told(`provided for it, beside ${plural(given, 'file')} of your own:`, 2, 'dim'), ...lines];
}
