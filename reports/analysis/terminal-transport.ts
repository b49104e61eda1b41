import type { CaptureAnalysis, StreamSeen } from '../../harness/model/capture-analysis.ts';
import { connectionsOf } from '../../harness/measure/connections.ts';
import { resentShare, resentShareOf } from '../../harness/measure/resent-share.ts';
import { formatCount, formatShare, plural } from '../numbers.ts';
import { EVENTS_SHOWN, endedRows, endingKey, eventWords, moreEvents, resetRemarks, silenceWords } from './closing-words.ts';
import { labelCounts, labelsTitle } from './label-words.ts';
import { causeWords, holeFillsOf, needlessOf, resentRows, shareWords, type StreamRow } from './stream-facts.ts';
import { indented, shown, titled, type TerminalContext } from './terminal-block.ts';
import { tableLines, type Column, type TableCell } from './terminal-table.ts';

const ROWS = 10;

const streamName = ({ capture, index }: StreamSeen, { captures }: CaptureAnalysis): string =>
  captures.length > 1 ? `${String(capture + 1)}:${String(index)}` : String(index);

const left = (count: number, noun: string, { paint }: TerminalContext): readonly string[] =>
  count > 0 ? [paint(`  and ${plural(count, noun)}`, 'dim')] : [];

/** Who ended what, in order of time; streams that ended alike are told once. */
export function endings(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const kinds = [...Map.groupBy(endedRows(analysis), endingKey).values()];
  const lines = kinds.slice(0, ROWS).flatMap((rows) => endingLines(rows, analysis, context));
  return titled('Endings', [...lines, ...left(kinds.length - ROWS, 'more kind', context)], context);
}

function endingWords(row: StreamRow): string {
  const { closing } = row.stream;
  const events = closing.slice(0, EVENTS_SHOWN).map((event) => eventWords(event, row));
  const more = moreEvents(row);
  const silence = silenceWords(row);
  return `${[...events, ...(more === null ? [] : [more])].join(', then ')}${silence === null ? '' : `, ${silence}`}`;
}

function endingLines(rows: readonly StreamRow[], analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { stream } = first;
  const frame = stream.closing[0]?.frame ?? stream.resets[0]?.frame ?? stream.firstFrame;
  const others = rows.length > 1 ? `, and ${plural(rows.length - 1, 'more stream')} alike` : '';
  const remarks = stream.resets.slice(0, 2).flatMap(resetRemarks);
  return [
    ...indented(`stream ${streamName(stream, analysis)}, frame ${String(frame)}${others}: ${shown(endingWords(first), 600)}`, context),
    ...(remarks.length === 0 ? [] : indented(shown(`RST ${remarks.join('; ')}`, 600), context, { indent: 4, styles: ['yellow'] })),
  ];
}

interface ResentColumn extends Column {
  readonly of: (stream: StreamSeen) => string;
  readonly sum: string;
}

/** Segments sent again by stream, with their sum, most first. */
export function resentTable(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const connections = connectionsOf(analysis);
  const rows = resentRows(connections);
  if (rows.length === 0) return [];
  const columns = resentColumns(analysis, connections);
  const cells = rows.slice(0, ROWS).map((stream) => columns.map(({ of }): TableCell => ({ text: of(stream) })));
  const sum = columns.map(({ sum }): TableCell => ({ text: sum, styles: ['bold'] }));
  const lines = tableLines(columns, rows.length > 1 ? [...cells, sum] : cells, context);
  return titled('Segments sent again', [...lines, ...left(rows.length - ROWS, 'more stream', context)], context);
}

/** What is 0 everywhere gets no column. */
function resentColumns(analysis: CaptureAnalysis, connections: readonly StreamSeen[]): readonly ResentColumn[] {
  const all = resentShareOf(connections);
  const summed = (of: (stream: StreamSeen) => number): number => connections.reduce((count, it) => count + of(it), 0);
  const counted = (head: string, of: (stream: StreamSeen) => number): readonly ResentColumn[] =>
    summed(of) === 0 ? [] : [{ head, align: 'end', of: (it) => formatCount(of(it)), sum: formatCount(summed(of)) }];
  return [
    { head: 'stream', of: (it) => streamName(it, analysis), sum: 'all' },
    { head: 'from', cut: { turn: 1, least: 9 }, of: ({ a }) => shown(a, 60), sum: '' },
    { head: 'to', cut: { turn: 3, least: 12 }, of: ({ b }) => shown(b, 60), sum: '' },
    { head: 'sent again', align: 'end', of: (it) => formatCount(resentShare(it).hits), sum: formatCount(all.hits) },
    { head: 'of', align: 'end', of: (it) => formatCount(resentShare(it).total), sum: formatCount(all.total) },
    { head: 'share', align: 'end', of: shareWords, sum: formatShare(all.hits, all.total) ?? '–' },
    ...counted('needless', needlessOf),
    ...counted('hole fills', holeFillsOf),
    { head: 'cause', cut: { turn: 2, least: 12 }, of: causeWords, sum: '' },
  ];
}

/** Wireshark's labels: another family of numbers, so in a table of its own. */
export function labelTable(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const labels = labelCounts(analysis.tcp.flags);
  const columns: readonly Column[] = [
    { head: 'label' },
    { head: 'packets', align: 'end' },
    { head: 'filter', cut: { turn: 1, least: 10 } },
  ];
  const rows = labels.map(({ words, count, field }): readonly TableCell[] => [
    { text: words },
    { text: formatCount(count) },
    { text: field, styles: ['dim'] },
  ]);
  return titled(shown(labelsTitle(analysis), 100), labels.length === 0 ? [] : tableLines(columns, rows, context), context);
}
