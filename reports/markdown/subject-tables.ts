import { checkedSubjects, type EntryMark, entryMark } from '../../harness/measure/entry-mark.ts';
import { entryUrl } from '../../harness/model/entry.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import type { SubjectFacts } from '../../harness/model/world.ts';
import {
  entriesInOrder,
  idleLimitWords,
  limitWords,
  plainWords,
  type PlaceWords,
  placeWords,
  programOfSubject,
  reloadWords,
  resultWords,
  type SeenEntry,
} from '../entry-words.ts';
import { provisionCounts, provisionsInOrder } from '../provision-words.ts';
import { clip } from '../visible-text.ts';
import { markdownText } from './escape.ts';

const SYMBOLS: Readonly<Record<EntryMark, string>> = { opens: '✅', refused: '❌', untried: '❔', ordinary: '➖' };
const LIMIT = 300;
const text = (untrusted: string): string => markdownText(clip(untrusted, LIMIT));
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const NONE = '–';

/** Nothing is told of limits and reloads where no socket opened. */
function entryRow(one: SeenEntry, subject: SubjectFacts, placed: PlaceWords): string {
  const { entry, seen } = one;
  const mark = entryMark(one, subject);
  const line = seen?.refusedBy?.line ?? null;
  const by = mark === 'refused' && line !== null ? `, by ${text(placed(line))} <code>${text(line.text)}</code>` : '';
  const opened = mark === 'opens' ? seen : null;
  const safe = opened?.idle?.safePingMs ?? null;
  const limit = opened?.idle?.line ?? null;
  return row([
    `<code>${text(entryUrl(entry))}</code>`,
    `${SYMBOLS[mark]} ${text(resultWords(one, subject))}${by}`,
    opened === null ? NONE : `${text(idleLimitWords(opened.idle))}${limit === null ? '' : ` (${text(placed(limit))})`}`,
    safe === null ? NONE : limitWords(safe),
    opened === null ? NONE : reloadWords(opened.reload),
    seen === null ? NONE : text(plainWords(seen)),
  ]);
}

/** What a reader must know of the stub diff; what works as the real one is only counted. */
const lacking = (subject: SubjectFacts, placed: PlaceWords): readonly string[] =>
  provisionsInOrder(subject)
    .filter(({ how }) => how === 'missing' || how === 'stubbed')
    .flatMap(({ how, groups }) =>
      groups.map(({ what, because, items }) => {
        const names = items
          .slice(0, 10)
          .map(({ name, place }) => `<code>${text(name)}</code>${place === null ? '' : ` (${text(placed(place))})`}`);
        const more = items.length > names.length ? ` and ${items.length - names.length} more` : '';
        return `- **${how}:** ${text(what)} ${names.join(', ')}${more}: ${text(because)}`;
      }),
    );

const HEAD = ['entry', 'WebSockets', 'idle limit', 'ping at least every', 'reload', 'plain HTTP'];

function section(subject: SubjectFacts, placed: PlaceWords): string {
  const rows = entriesInOrder(subject).map((one) => entryRow(one, subject, placed));
  const list = lacking(subject, placed);
  return [
    `### <code>${text(subject.label)}</code>, ${text(programOfSubject(subject))}`,
    ...(subject.note === null ? [] : [`> ${markdownText(clip(subject.note, 1000))}`]),
    ...(rows.length === 0 ? [] : [[row(HEAD), row(HEAD.map(() => '---')), ...rows].join('\n')]),
    ...(list.length === 0 ? [] : [list.join('\n')]),
    ...(subject.provisions.length === 0 ? [] : [`Provided for it: ${provisionCounts(subject)}.`]),
  ].join('\n\n');
}

/** Each config that was checked: a row for each entry, then what is missing or only a stub. */
export function subjectTables(record: RunRecord): readonly string[] {
  const placed = placeWords(record);
  return checkedSubjects(record.subjects).map((subject) => section(subject, placed));
}
