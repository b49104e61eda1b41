import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { blameLine, configPlace } from '../blame-words.ts';
import { MARKS, type CellMark } from '../cell-mark.ts';
import { claimOf } from '../claim.ts';
import { isNamedAsPath, programOf } from '../host-words.ts';
import { repeatWords, standingWords } from '../policy-lines.ts';
import { cureLine, remedyOf } from '../remedy-words.ts';
import { scenariosOf, type Cause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { terminalText } from './escape.ts';
import { MARK_STYLES, type Paint } from './paint.ts';
import { wrap } from './wrap.ts';

const TEXT_LIMIT = 600;
const INDENT = 2;

export interface LineOptions {
  readonly columns: number;
  readonly paint: Paint;
  /** What a path is called, by its id; absent: as its id. */
  readonly nameOf?: (path: string) => string;
}

const text = (untrusted: string): string => terminalText(clip(untrusted, TEXT_LIMIT));

/** A labelled line, wrapped and indented under its failure. */
const labelled = (label: string, untrusted: string, { columns, paint }: LineOptions): readonly string[] => {
  const [first = '', ...rest] = wrap(`${label} ${text(untrusted)}`, columns - INDENT, label.length + 1);
  return [`${paint(label, 'dim')}${first.slice(label.length)}`, ...rest].map((line) => `${' '.repeat(INDENT)}${line}`);
};

/** What the policy, or several runs together, say of a finding. */
const policyWords = (finding: JudgedFinding): readonly string[] =>
  [standingWords(finding), repeatWords(finding)].filter((words) => words !== '');

/** Path, scenario and summary; then who did it, why, on which line, who is cleared and how to run it again. */
export function failureLines(finding: JudgedFinding, mark: CellMark, options: LineOptions): readonly string[] {
  const { blame } = finding;
  const { symbol } = MARKS[mark];
  const claim = claimOf(finding);
  const remedy = remedyOf(finding);
  const head = options.paint(
    `${symbol} ${text(options.nameOf?.(finding.path) ?? finding.path)}, ${text(finding.scenario)}`,
    ...MARK_STYLES[mark],
  );
  const summary = wrap(text(claim.text), options.columns - INDENT).map((line) => `${' '.repeat(INDENT)}${options.paint(line, 'bold')}`);
  return [
    head,
    ...summary,
    ...(blame === null ? [] : labelled('blame   ', blameLine(blame), options)),
    ...(blame === null || claim.saysWhy ? [] : labelled('because ', blame.because, options)),
    ...(claim.log === null ? [] : labelled('log     ', `${claim.log.program}: ${claim.log.words}`, options)),
    ...(blame?.config ? labelled('config  ', `${configPlace(blame.config)} ${blame.config.text}`, options) : []),
    ...(remedy === null ? [] : labelled('cure    ', cureLine(remedy), options)),
    ...policyWords(finding).flatMap((words) => labelled('policy  ', words, options)),
    ...(blame?.innocent ?? []).flatMap((sentence) => labelled('cleared ', sentence, options)),
    ...labelled('again   ', finding.reproduce, options),
  ];
}

/**
 * A cause that was declared in one line: it happened as the path's data says, so path, scenarios, host and place are enough. What cures it
 * is a second line.
 */
export function declaredLines(
  record: RunRecord,
  cause: Cause,
  { columns, paint, nameOf }: LineOptions,
  mark: 'declared' | 'known' = 'declared',
): readonly string[] {
  const { path: id, auditId, blame } = cause.lead;
  const it = record.paths.find(({ path }) => path.id === id);
  const host = blame?.host ?? 'unknown';
  const program = it !== undefined && isNamedAsPath(it.path, host) ? programOf(it.path, host, it.hosts) : null;
  const place = blame?.config ? `, ${blame.config.file}:${String(blame.config.line)}` : '';
  const sentence = `${MARKS[mark].symbol} ${nameOf?.(id) ?? id}, ${scenariosOf(cause).join(', ')}: ${auditId} by ${program ?? host}${place}`;
  const remedy = remedyOf(cause.lead);
  return [
    ...wrap(text(sentence), columns, INDENT).map((line) => paint(line, ...MARK_STYLES[mark])),
    ...(remedy === null ? [] : labelled('cure:', cureLine(remedy), { columns, paint })),
  ];
}
