import { checkedSubjects, type EntryMark, entryMark } from '../harness/measure/entry-mark.ts';
import { shortLabels } from '../harness/measure/short-labels.ts';
import type { RunRecord } from '../harness/model/record.ts';
import type { ConfigPlace } from '../harness/model/surroundings.ts';
import type { EntrySeen, IdleLimit, SubjectFacts } from '../harness/model/world.ts';
import type { CellMark } from './cell-mark.ts';
import { plural } from './numbers.ts';
import { clip } from './visible-text.ts';

/* Words for what a check saw, for every report. All may hold untrusted text: escape them. */

export type SeenEntry = SubjectFacts['entries'][number];

/** The mark of a report for what became of an entry. */
export const ENTRY_MARKS: Readonly<Record<EntryMark, CellMark>> = {
  opens: 'pass',
  refused: 'fail',
  untried: 'inconclusive',
  ordinary: 'allowed',
};

export const ENTRY_TITLES: Readonly<Record<EntryMark, string>> = {
  opens: 'opens',
  refused: 'does not open',
  untried: 'not tried',
  ordinary: 'for ordinary requests',
};

/** `2 do not open`, without the number. */
export const countTitle = (mark: EntryMark, count: number): string =>
  count === 1
    ? ENTRY_TITLES[mark]
    : ({ opens: 'open', refused: 'do not open', untried: 'not tried', ordinary: ENTRY_TITLES.ordinary } as const)[mark];

const ORDER: readonly EntryMark[] = ['refused', 'untried', 'opens', 'ordinary'];

/** Those that need attention first, else as the check tried them. */
export const entriesInOrder = (subject: SubjectFacts): readonly SeenEntry[] =>
  subject.entries.toSorted((a, b) => ORDER.indexOf(entryMark(a, subject)) - ORDER.indexOf(entryMark(b, subject)));

/** How many entries came to what, those that need attention first. */
export const entryCounts = (subject: SubjectFacts): readonly { readonly mark: EntryMark; readonly count: number }[] =>
  ORDER.map((mark) => ({ mark, count: subject.entries.filter((one) => entryMark(one, subject) === mark).length })).filter(
    ({ count }) => count > 0,
  );

/** `edge.conf:31`: a file is named as short as it can be told apart from the others of the check. */
export type PlaceWords = (place: Pick<ConfigPlace, 'file' | 'line'>) => string;

export function placeWords(record: RunRecord): PlaceWords {
  const files = checkedSubjects(record.subjects).flatMap(({ label, entries, provisions }) => [
    label,
    ...entries.flatMap(({ entry, seen }) => [entry.place, seen?.idle?.line, seen?.refusedBy?.line].flatMap((place) => place?.file ?? [])),
    ...provisions.flatMap(({ place }) => place?.file ?? []),
  ]);
  const short = shortLabels(files);
  return ({ file, line }) => `${short(file)}:${line}`;
}

/** `nginx 1.26.3`, or the service alone where nothing ran. */
export const programOfSubject = ({ service, ran }: SubjectFacts): string => (ran === null ? service : `${service} ${ran}`);

/** `answers 426`, or how else the opening handshake ended: `timeout`. */
export const answerWords = ({ handshake }: EntrySeen): string =>
  handshake !== null && /^\d{3}$/.test(handshake) ? `answers ${handshake}` : (handshake ?? 'was not tried');

/** Why it does not open, without the name that the proxy's host has in the lab; null: it opens, was not tried, or nobody could be named. */
export const refusalWords = ({ refusedBy }: EntrySeen): string | null =>
  refusedBy === null ? null : refusedBy.because.replaceAll(` (host ${refusedBy.host})`, '');

/** What became of an entry in a few words: `opens`, `does not open: answers 426`. */
export function resultWords(one: SeenEntry, subject: SubjectFacts): string {
  const mark = entryMark(one, subject);
  if (one.seen === null || mark === 'untried') return 'not tried';
  if (mark === 'opens') return 'opens';
  return mark === 'ordinary' ? `${answerWords(one.seen)}; no WebSocket is expected here` : `does not open: ${answerWords(one.seen)}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];
/** Shorter limits are said in seconds, as configs do. */
const IN_SECONDS_MS = 120_000;

/** `90 s`, `10 min`, `1 h 30 min`, `0.5 s`. */
export function limitWords(ms: number): string {
  if (ms < IN_SECONDS_MS) return `${Number((ms / 1000).toFixed(1))} s`;
  let left = Math.round(ms / 1000) * 1000;
  const parts = UNITS.flatMap(([unit, name]) => {
    const count = Math.floor(left / unit);
    left -= count * unit;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return parts.join(' ');
}

/** How the limit is known: `measured, with durations divided by 45`. */
export function proofWords({ limitMs, proof, timeScale }: IdleLimit): string {
  const scaled = timeScale === 1 ? '' : ` with durations divided by ${timeScale}`;
  if (limitMs === null) return `no line sets one, and no socket was cut in the watch${scaled}`;
  return {
    measured: `measured: the socket was cut then${scaled === '' ? '' : `,${scaled}`}`,
    outlasted: `read in the config; not reached in the watch${scaled === '' ? '' : `,${scaled}`}`,
    read: 'read in the config, not tried',
  }[proof];
}

/** `90 s`, `none found`. */
export const idleLimitWords = (idle: IdleLimit | null): string =>
  idle === null || idle.limitMs === null ? 'none found' : limitWords(idle.limitMs);

/** A block in one line may be long. */
const LINE_LIMIT = 120;

/** `90 s by proxy_read_timeout 90s; (edge.conf:14), measured; ping at least every 60 s`. */
export function idleWords(idle: IdleLimit | null, placed: PlaceWords): string {
  if (idle === null) return 'none found: no line sets one, as far as they are read';
  const { limitMs, line, safePingMs } = idle;
  if (limitMs === null) return `none found: ${proofWords(idle)}`;
  const by =
    line === null ? '' : `${line.isDefault === true ? ', the default in' : ' by'} \`${clip(line.text, LINE_LIMIT)}\` (${placed(line)})`;
  const ping = safePingMs === null ? '' : `; ping at least every ${limitWords(safePingMs)}`;
  return `${limitWords(limitMs)}${by}, ${proofWords(idle)}${ping}`;
}

export const reloadWords = (reload: EntrySeen['reload']): string =>
  reload === null ? 'not tried' : `${reload.survived} of ${plural(reload.of, 'socket')} ${reload.survived === 1 ? 'lives' : 'live'} on`;

/** Whether every socket outlived a reload; null: that was not tried. */
export const outlivesReload = (reload: EntrySeen['reload']): boolean | null => (reload === null ? null : reload.survived === reload.of);

/** Of an ordinary request for `/`. */
export const plainWords = (seen: EntrySeen | null): string => {
  const plain = seen?.plain ?? null;
  return plain === null ? 'not tried' : /^\d{3}$/.test(plain) ? `GET / is answered ${plain}` : `GET / fails: ${plain}`;
};

/** Changes of one kind: `added`, and the names of the headers. */
interface HeaderChanges {
  readonly verb: string;
  readonly names: readonly string[];
}

/** `added X-Forwarded-For`, `recased Host to host` by what was done. Only the case of the name differs where it was recased. */
export function headerChanges(changes: readonly string[]): readonly HeaderChanges[] {
  const pairs = changes.map((change) => {
    const at = change.indexOf(' ');
    return at < 0 ? (['changed', change] as const) : ([change.slice(0, at), change.slice(at + 1)] as const);
  });
  const order = ['dropped', 'changed', 'added', 'recased'];
  const rank = (verb: string): number => (order.includes(verb) ? order.indexOf(verb) : order.length);
  return [...Map.groupBy(pairs, ([verb]) => verb)]
    .map(([verb, list]) => ({ verb, names: list.map(([, name]) => name) }))
    .toSorted((a, b) => rank(a.verb) - rank(b.verb));
}

const SIDES = ['request', 'response'] as const;

/** `request: dropped Upgrade; added X-Real-IP; 12 in another case`. */
export function headerWords(headers: EntrySeen['headers']): readonly string[] {
  return SIDES.flatMap((side) => {
    const parts = headerChanges(headers[side]).map(({ verb, names }) =>
      verb === 'recased' ? `${names.length} in another case` : `${verb} ${names.join(', ')}`,
    );
    return parts.length === 0 ? [] : [`${side}: ${parts.join('; ')}`];
  });
}

/** `request: 1 added, 12 recased; response: none`. */
export const headerCounts = (headers: EntrySeen['headers']): string =>
  SIDES.map((side) => {
    const parts = headerChanges(headers[side]).map(({ verb, names }) => `${names.length} ${verb}`);
    return `${side} ${parts.length === 0 ? 'unchanged' : parts.join(', ')}`;
  }).join('; ');
