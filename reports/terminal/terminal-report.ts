import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { unmetSentence } from '../blame-words.ts';
import { MARKS, type CellMark } from '../cell-mark.ts';
import { doubtWords, instrumentCheck, toldDoubts } from '../instrument-check.ts';
import { kneeLines, loadLines } from '../load-lines.ts';
import { notMeasuredLines } from '../not-measured.ts';
import { formatDuration, plural } from '../numbers.ts';
import { pathNameOf } from '../path-name.ts';
import { failuresIn, pathsInOrder, unmetExpectations } from '../reading-order.ts';
import { byCause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { terminalText } from './escape.ts';
import { declaredLines, failureLines, type LineOptions } from './failure-lines.ts';
import { matrixLines } from './matrix.ts';
import { MARK_STYLES, painter } from './paint.ts';
import { type MarkedSentences, policyFailures, policyNotes, policyWarnings } from './policy-block.ts';
import { wrap } from './wrap.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Width of the terminal; 80 where it is not known. */
  readonly columns: number;
}

/** Long enough for an incident with its proof and a new failure with its own. */
const HEADLINE_LIMIT = 2000;

const block = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, '']);

/** Sentences of one kind, each behind the symbol of its mark. */
const marked = (mark: CellMark, sentences: readonly string[], { columns, paint }: LineOptions): readonly string[] =>
  sentences.flatMap((sentence) =>
    wrap(`${MARKS[mark].symbol} ${terminalText(clip(sentence, 600))}`, columns, 2).map((line) => paint(line, ...MARK_STYLES[mark])),
  );

/** The causes that were declared, path by path in the order of the table. */
function declaredBlock(record: RunRecord, declared: readonly JudgedFinding[], options: LineOptions): readonly string[] {
  if (declared.length === 0) return [];
  const inOrder = pathsInOrder(record).flatMap(({ path }) => byCause(declared.filter((finding) => finding.path === path.id)));
  return [options.paint('As declared:', 'dim'), ...inOrder.flatMap((cause) => declaredLines(record, cause, options))];
}

/** The causes that the baseline has. */
function knownBlock(record: RunRecord, known: readonly JudgedFinding[], options: LineOptions): readonly string[] {
  if (known.length === 0) return [];
  return [options.paint('In the baseline:', 'dim'), ...byCause(known).flatMap((cause) => declaredLines(record, cause, options, 'known'))];
}

/** Each load with what it came to, then each search. */
function loadBlock(record: RunRecord, { columns, paint }: LineOptions): readonly string[] {
  const loads = record.loadComparisons.flatMap((load) => {
    const { title, facts } = loadLines(record, load);
    const told = facts.flatMap((fact) => wrap(terminalText(clip(fact, 600)), columns - 2, 2).map((line) => `  ${line}`));
    return [...wrap(terminalText(clip(title, 300)), columns, 2).map((line) => paint(line, 'bold')), ...told];
  });
  const knees = kneeLines(record).flatMap((sentence) => wrap(`knee: ${terminalText(clip(sentence, 900))}`, columns, 2));
  const lines = [...loads, ...knees];
  return lines.length === 0 ? [] : [paint('Loads:', 'dim'), ...lines];
}

/** Their cases and reasons would fill pages: the other reports have them. */
function quirkLine(quirks: readonly JudgedFinding[], { columns, paint }: LineOptions): readonly string[] {
  if (quirks.length === 0) return [];
  const paths = new Set(quirks.map(({ path }) => path)).size;
  const sentence = `known quirks: ${plural(quirks.length, 'finding')} on ${plural(paths, 'path')} excused, because the programs are known for them; hopscope grid shows the cases`;
  return wrap(sentence, columns, 2).map((line) => paint(line, 'dim'));
}

function instrumentNotes(record: RunRecord): readonly string[] {
  const check = instrumentCheck(record);
  const { told, more } = toldDoubts(check);
  return [
    `instrument check: ${check.sentence}`,
    ...told.map((doubt) => `not on ${doubtWords(doubt)}`),
    ...(more === null ? [] : [`and ${more}`]),
  ];
}

function footLines(record: RunRecord, { columns, paint }: LineOptions): readonly string[] {
  const { run, lab, verdict, exitCode } = record;
  const facts = `${lab.kind === 'none' ? 'outside any lab' : `${lab.kind} lab`}, seed ${String(run.seed)}, ${formatDuration(run.elapsedMs)}, run ${run.id}${run.interrupted ? ', interrupted' : ''}`;
  const notes = [
    ...(run.timeScaleNote === null ? [] : [run.timeScaleNote]),
    ...notMeasuredLines(record).map((sentence) => `not measured: ${sentence}`),
    ...policyNotes(record),
    ...instrumentNotes(record),
    facts,
  ];
  const style = MARK_STYLES[verdict];
  return [
    ...notes.flatMap((note) => wrap(terminalText(clip(note, 600)), columns, 2)).map((line) => paint(line, 'dim')),
    paint(`verdict: ${verdict}, exit code ${String(exitCode)}`, ...style),
  ];
}

/**
 * The answer, the table path × scenario, and the blame of each failure: unexpected ones in full, then what is inconclusive,
 * then one line for each cause that was declared. Ends with a line feed; holds no control sequence but its own colours.
 */
export function terminalReport(record: RunRecord, { color, columns }: TerminalOptions): string {
  const paint = painter(color);
  const options = { paint, columns: Math.max(40, columns), nameOf: (id: string) => pathNameOf(record, id) };
  const { unexpected, inconclusive, known, declared, quirks } = failuresIn(record);
  const told = (all: readonly MarkedSentences[]): readonly string[] =>
    all.flatMap(({ mark, sentences }) => block(marked(mark, sentences, options)));
  const broken = record.cells
    .filter(({ verdict }) => verdict === 'error')
    .map(({ path, scenario, sentence }) => `${path}, ${scenario}: ${sentence}`);
  const lines = [
    ...block(wrap(terminalText(clip(record.headline, HEADLINE_LIMIT)), options.columns).map((line) => paint(line, 'bold'))),
    ...block(matrixLines(record, options.columns, paint)),
    ...unexpected.flatMap((finding) => block(failureLines(finding, 'fail', options))),
    ...block(
      marked(
        'missing',
        unmetExpectations(record).map((it) => `${it.path}: ${unmetSentence(it)}`),
        options,
      ),
    ),
    ...block(marked('error', broken, options)),
    ...told(policyFailures(record)),
    ...inconclusive.flatMap((finding) => block(failureLines(finding, 'inconclusive', options))),
    ...told(policyWarnings(record)),
    ...block(knownBlock(record, known, options)),
    ...block(declaredBlock(record, declared, options)),
    ...block(quirkLine(quirks, options)),
    ...block(loadBlock(record, options)),
    ...footLines(record, options),
  ];
  return `${lines.join('\n')}\n`;
}
