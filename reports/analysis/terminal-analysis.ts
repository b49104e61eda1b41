import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { painter } from '../terminal/paint.ts';
import type { TerminalOptions } from '../terminal/terminal-report.ts';
import { wrap } from '../terminal/wrap.ts';
import { betweenCaptures, captureTable } from './terminal-captures.ts';
import { endings, labelTable, resentTable } from './terminal-transport.ts';
import { refusalHeads, upgradeTable } from './terminal-upgrades.ts';
import { shown, type TerminalContext } from './terminal-block.ts';

/** Sentences of the answer may cite a target, a reason and header values. */
const SENTENCE_LIMIT = 1500;

/**
 * The answer, then what it stands on: upgrades, bytes of refusals, endings, segments sent again, Wireshark's labels, captures. Ends with a line
 * feed; holds no control sequence but its own colours.
 */
export function analysisText(analysis: CaptureAnalysis, { color, columns }: TerminalOptions): string {
  const context: TerminalContext = { paint: painter(color), width: Math.max(40, columns) };
  const [lead = '', ...rest] = analysis.answer;
  const lines = [
    ...wrap(shown(lead, SENTENCE_LIMIT), context.width).map((line) => context.paint(line, 'bold')),
    ...rest.flatMap((sentence) => wrap(`- ${shown(sentence, SENTENCE_LIMIT)}`, context.width, 2)),
    '',
    ...upgradeTable(analysis, context),
    ...refusalHeads(analysis, context),
    ...endings(analysis, context),
    ...resentTable(analysis, context),
    ...labelTable(analysis, context),
    ...betweenCaptures(analysis, context),
    ...captureTable(analysis, context),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
