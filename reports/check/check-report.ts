import type { RunRecord } from '../../harness/model/record.ts';
import type { SubjectFacts } from '../../harness/model/world.ts';
import {
  entryMark,
  type EntryMark,
  entryUrl,
  headerWords,
  HOW_WORDS,
  idleWords,
  opensWords,
  provisionPlace,
  provisionsInOrder,
  reloadWords,
} from '../entry-words.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { terminalText } from '../terminal/escape.ts';
import { type Paint, painter, type Style } from '../terminal/paint.ts';
import type { TerminalOptions } from '../terminal/terminal-report.ts';
import { wrap } from '../terminal/wrap.ts';

const MARKS: Readonly<Record<EntryMark, readonly [string, Style]>> = {
  opens: ['✓', 'green'],
  refused: ['✗', 'red'],
  plain: ['·', 'dim'],
  unknown: ['?', 'yellow'],
};
const SENTENCE = 600;

/** What a person sees of a check: each config, what was provided for it, and what was seen at each of its entries. */
export function checkReport(record: RunRecord, { color, columns }: TerminalOptions): string {
  const paint = painter(color);
  const lines = (record.subjects ?? []).flatMap((subject) => [...subjectLines(subject, columns, paint), '']);
  return `${lines.join('\n')}\n`;
}

function subjectLines(subject: SubjectFacts, columns: number, paint: Paint): readonly string[] {
  const told = (text: string, indent: number, ...styles: readonly Style[]): readonly string[] =>
    wrap(terminalText(clip(text, SENTENCE)), columns - indent, 2).map((line) => `${' '.repeat(indent)}${paint(line, ...styles)}`);
  const entries = subject.entries.flatMap(({ entry, seen }) => {
    const [symbol, style] = MARKS[entryMark(entry, seen)];
    const facts = [
      ['opens', opensWords(entry, seen)],
      ...(entryMark(entry, seen) === 'opens'
        ? [
            ['idle limit', idleWords(seen?.idle ?? null)],
            ['reload', reloadWords(seen?.reload ?? null)],
            ['headers', seen === null ? 'not seen' : headerWords(seen.headers)],
          ]
        : []),
      ['plain HTTP', seen?.plain ?? 'not tried'],
    ];
    return [
      ...told(`${symbol} ${entryUrl(entry)}`, 2, style, 'bold'),
      ...told(`because ${entry.because}${entry.place === null ? '' : ` (${entry.place.file}:${entry.place.line})`}`, 6, 'dim'),
      ...facts.flatMap(([name = '', text = '']) => told(`${name.padEnd(11)}${text}`, 6)),
    ];
  });
  return [
    ...told(`${subject.label}: ${subject.service} ${subject.ran ?? ''}`.trimEnd(), 0, 'bold'),
    ...(subject.note === null ? [] : told(`! ${subject.note}`, 2, 'yellow')),
    ...provisionLines(subject, told, paint),
    `  ${paint(`${plural(subject.entries.length, 'entry', 'entries')}:`, 'dim')}`,
    ...entries,
  ];
}

/** The stub diff. The user's own files are only counted. */
function provisionLines(
  subject: SubjectFacts,
  told: (text: string, indent: number, ...styles: readonly Style[]) => readonly string[],
  paint: Paint,
): readonly string[] {
  const all = provisionsInOrder(subject);
  const given = all.filter(({ how }) => how === 'given').length;
  const groups = Map.groupBy(
    all.filter(({ how }) => how !== 'given'),
    ({ how }) => how,
  );
  const lines = [...groups].flatMap(([how, list]) => [
    ...told(`${HOW_WORDS[how]}:`, 4, ...((how === 'missing' ? ['red'] : how === 'stubbed' ? ['yellow'] : ['dim']) as readonly Style[])),
    ...list.flatMap((one) =>
      told(`${one.what} ${one.name}${provisionPlace(one) === '' ? '' : ` (${provisionPlace(one)})`}: ${one.because}`, 6),
    ),
  ]);
  return [`  ${paint(`provided for it (${plural(given, 'file')} of your own):`, 'dim')}`, ...lines];
}
