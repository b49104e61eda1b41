import { upgradesOnce } from '../../harness/measure/connections.ts';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { plural } from '../numbers.ts';
import { MARK_STYLES } from '../terminal/paint.ts';
import { bodyStartOf, requestLines, responseLines, type HeadLine } from './head-lines.ts';
import { byOutcome, OUTCOMES, symbolOf } from './outcome-mark.ts';
import { formatElapsed } from './stream-facts.ts';
import { indented, shown, titled, type TerminalContext } from './terminal-block.ts';
import { tableLines, type Column, type TableCell } from './terminal-table.ts';

const ROWS = 20;
/** Accepted ones beside others, and alone. */
const ACCEPTED = [3, 10] as const;
const HEADS = 3;
const LINES = 14;

const COLUMNS: readonly Column[] = [
  { head: 'outcome' },
  { head: 'client', cut: { turn: 1, least: 9 } },
  { head: 'server', cut: { turn: 3, least: 12 } },
  { head: 'target', cut: { turn: 2, least: 12 } },
  { head: 'stream', align: 'end' },
  { head: 'frame', align: 'end' },
  { head: 'elapsed', align: 'end' },
];

/** Upgrades, what was not accepted first. Captures are told by number where there are several. */
export function upgradeTable(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const upgrades = upgradesOnce(analysis);
  const several = analysis.captures.length > 1;
  const row = (it: UpgradeSeen): readonly TableCell[] => [
    {
      text: `${symbolOf(it.outcome)} ${it.status === null ? '' : `${String(it.status)} `}${OUTCOMES[it.outcome].words}`,
      styles: MARK_STYLES[OUTCOMES[it.outcome].mark],
    },
    { text: shown(it.client, 60) },
    { text: shown(it.server, 60) },
    { text: shown(`${it.method} ${it.target}`, 120) },
    { text: several ? `${String(it.capture + 1)}:${String(it.stream)}` : String(it.stream) },
    { text: String(it.frame) },
    { text: it.elapsedMs === null ? '–' : formatElapsed(it.elapsedMs) },
  ];
  const others = byOutcome(upgrades.filter(({ outcome }) => outcome !== 'accepted')).slice(0, ROWS);
  const accepted = byOutcome(upgrades.filter(({ outcome }) => outcome === 'accepted')).slice(0, ACCEPTED[others.length > 0 ? 0 : 1]);
  const rows = [...others, ...accepted];
  const lines = rows.length === 0 ? [] : tableLines(COLUMNS, rows.map(row), context);
  return titled('Upgrades', [...lines, ...left(upgrades.length - rows.length, context)], context);
}

/** The bytes of the first refusals: head of the request, head and first bytes of the answer. */
export function refusalHeads(analysis: CaptureAnalysis, context: TerminalContext): readonly string[] {
  const refused = byOutcome(upgradesOnce(analysis).filter(({ outcome }) => outcome !== 'accepted'));
  const blocks = refused.slice(0, HEADS).flatMap((it) => headBlock(it, analysis.captures.length > 1, context));
  return titled('Not accepted, as on the wire', [...blocks.slice(0, -1), ...left(refused.length - HEADS, context)], context);
}

function headBlock(it: UpgradeSeen, several: boolean, context: TerminalContext): readonly string[] {
  const { paint } = context;
  const place = `${several ? `capture ${String(it.capture + 1)}, ` : ''}stream ${String(it.stream)}, frame ${String(it.frame)}`;
  const [request, response] = [requestLines(it.exchange), responseLines(it.exchange)];
  const body = bodyStartOf(it.exchange);
  return [
    `  ${paint(place, 'dim')}`,
    ...arrowed('>', request, context),
    ...(response.length === 0
      ? indented(`< nothing: ${shown(it.because)}`, context, { styles: MARK_STYLES[OUTCOMES[it.outcome].mark] })
      : []),
    ...arrowed('<', response, context),
    ...(body === '' ? [] : indented(`< ${shown(body, 200)}`, context, { styles: ['dim'] })),
    '',
  ];
}

function arrowed(arrow: string, lines: readonly HeadLine[], context: TerminalContext): readonly string[] {
  const kept = lines.slice(0, LINES).flatMap(({ text }) => indented(`${arrow} ${shown(text)}`, context));
  return lines.length > LINES ? [...kept, `  ${arrow} … ${plural(lines.length - LINES, 'more line')}`] : kept;
}

const left = (count: number, { paint }: TerminalContext): readonly string[] =>
  count > 0 ? [paint(`  and ${plural(count, 'more', 'more')}`, 'dim')] : [];
