import type { JudgedFinding } from '../../harness/model/record.ts';
import { blameLine, configPlace } from '../blame-words.ts';
import type { CellMark } from '../cell-mark.ts';
import { MARKS } from '../cell-mark.ts';
import { clip } from '../visible-text.ts';
import { terminalText } from './escape.ts';
import { MARK_STYLES, type Paint } from './paint.ts';
import { wrap } from './wrap.ts';

const TEXT_LIMIT = 600;
const INDENT = 2;

export interface LineOptions {
  readonly columns: number;
  readonly paint: Paint;
}

const text = (untrusted: string): string => terminalText(clip(untrusted, TEXT_LIMIT));

/** A labelled line, wrapped and indented under its failure. */
const labelled = (label: string, untrusted: string, { columns, paint }: LineOptions): readonly string[] => {
  const [first = '', ...rest] = wrap(`${label} ${text(untrusted)}`, columns - INDENT, label.length + 1);
  return [`${paint(label, 'dim')}${first.slice(label.length)}`, ...rest].map((line) => `${' '.repeat(INDENT)}${line}`);
};

/** Path, scenario and summary; then who did it, why, on which line, who is cleared and how to run it again. */
export function failureLines(finding: JudgedFinding, mark: CellMark, options: LineOptions): readonly string[] {
  const { blame } = finding;
  const { symbol } = MARKS[mark];
  const head = options.paint(`${symbol} ${text(finding.path)}, ${text(finding.scenario)}`, ...MARK_STYLES[mark]);
  const summary = wrap(text(finding.summary), options.columns - INDENT).map(
    (line) => `${' '.repeat(INDENT)}${options.paint(line, 'bold')}`,
  );
  return [
    head,
    ...summary,
    ...(blame === null ? [] : [...labelled('blame   ', blameLine(blame), options), ...labelled('because ', blame.because, options)]),
    ...(blame?.config ? labelled('config  ', `${configPlace(blame.config)} ${blame.config.text}`, options) : []),
    ...(blame?.innocent ?? []).flatMap((sentence) => labelled('cleared ', sentence, options)),
    ...labelled('again   ', finding.reproduce, options),
  ];
}

/** A declared failure in short: it happened as the path's data says, so one sentence and the blame are enough. */
export function declaredLines(finding: JudgedFinding, options: LineOptions): readonly string[] {
  const config = finding.blame?.config;
  const place = config ? `; ${configPlace(config)}` : '';
  const sentence = `${MARKS.declared.symbol} ${finding.path}, ${finding.scenario}, as declared: ${finding.summary}${finding.blame === null ? '' : ` Blame: ${blameLine(finding.blame)}`}${place}`;
  return wrap(text(sentence), options.columns, INDENT).map((line) => options.paint(line, ...MARK_STYLES.declared));
}
