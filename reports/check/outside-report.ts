import type { FindingDetail } from '../../harness/model/finding.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { terminalText } from '../terminal/escape.ts';
import { type Paint, painter } from '../terminal/paint.ts';
import type { TerminalOptions } from '../terminal/terminal-report.ts';
import { wrap } from '../terminal/wrap.ts';
import { clip } from '../visible-text.ts';

const SENTENCE = 600;
const NAME_WIDTH = 12;

/** What a person sees of entries that were checked outside any lab: everything that was seen of each from its client end. */
export function outsideReport(record: RunRecord, { color, columns }: TerminalOptions): string {
  const paint = painter(color);
  return `${record.paths
    .filter(({ path }) => path.outside !== undefined)
    .flatMap(({ path, verdict }) => {
      const own = record.findings.filter((finding) => finding.path === path.id).flatMap(({ details }) => details);
      const [symbol, style] =
        verdict === 'pass' ? (['✓', 'green'] as const) : verdict === 'fail' ? (['✗', 'red'] as const) : (['?', 'yellow'] as const);
      return [
        paint(`${symbol} ${terminalText(clip(path.title, SENTENCE))}`, style, 'bold'),
        ...own.flatMap((detail) => rowLines(detail, columns, paint)),
        '',
      ];
    })
    .join('\n')}\n`;
}

/** Rows with the same name stand below it. */
function rowLines(detail: FindingDetail, columns: number, paint: Paint): readonly string[] {
  if (detail.kind !== 'table') return [];
  let last = '';
  return detail.rows.flatMap(([name = '', seen = '']) => {
    const shown = (name === last ? '' : name).padEnd(NAME_WIDTH);
    last = name;
    const [first = '', ...more] = wrap(terminalText(clip(seen, SENTENCE)), Math.max(20, columns - NAME_WIDTH - 2));
    return [`  ${paint(shown, 'dim')}${first}`, ...more.map((line) => `  ${' '.repeat(NAME_WIDTH)}${line}`)];
  });
}
