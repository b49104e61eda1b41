import type { CaptureAnalysis, CaptureSeen } from '../../harness/model/capture-analysis.ts';
import { formatCount, formatDuration, plural } from '../numbers.ts';
import { legSentences, proxySentences } from './between-words.ts';
import { captureNotes } from './capture-notes.ts';
import { indented, shown, titled, type TerminalContext } from './terminal-block.ts';
import { tableLines, type Column, type TableCell } from './terminal-table.ts';

const BETWEEN = 10;

const COLUMNS: readonly Column[] = [
  { head: '', align: 'end' },
  { head: 'file', cut: { turn: 3, least: 14 } },
  { head: 'format', cut: { turn: 2, least: 6 } },
  { head: 'link', cut: { turn: 1, least: 6 } },
  { head: 'packets', align: 'end' },
  { head: 'TCP', align: 'end' },
  { head: 'lasts', align: 'end' },
  { head: 'lost', align: 'end' },
];

/** The captures by number, with what is to be known of each. */
export function captureTable({ captures }: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const row = (it: CaptureSeen, index: number): readonly TableCell[] => [
    { text: String(index + 1) },
    { text: shown(it.file, 200) },
    { text: shown(it.format, 30) },
    { text: shown(it.linkType, 30) },
    { text: formatCount(it.packets) },
    { text: formatCount(it.tcpPackets) },
    { text: it.startedAtMs === null || it.endedAtMs === null ? '–' : formatDuration(it.endedAtMs - it.startedAtMs) },
    { text: it.dropped === null ? 'not said' : formatCount(it.dropped), styles: (it.dropped ?? 0) > 0 ? ['yellow'] : ['dim'] },
  ];
  const notes = captures.flatMap((it, index) =>
    captureNotes(it).flatMap((note) =>
      indented(`${captures.length > 1 ? `${String(index + 1)}: ` : ''}${shown(note)}`, context, { styles: ['dim'] }),
    ),
  );
  return titled('Captures', [...tableLines(COLUMNS, captures.map(row), context), ...notes], context);
}

/** What two captures together show: losses between them, and the two legs of a proxy. */
export function betweenCaptures(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const proxies = proxySentences(analysis);
  const more = proxies.length > BETWEEN ? [`and ${plural(proxies.length - BETWEEN, 'more handshake')} through a proxy`] : [];
  const sentences = [...legSentences(analysis).slice(0, BETWEEN), ...proxies.slice(0, BETWEEN), ...more];
  return titled(
    'Put together',
    sentences.flatMap((sentence) => indented(shown(sentence, 500), context)),
    context,
  );
}
