import { HarnessError } from '../errors.ts';
import type { MeasureUnit } from '../model/baseline.ts';
import type { LimitOperator, Suggest } from './limit-expression.ts';
import { limitTokens, type LimitToken } from './limit-tokens.ts';

/** What a threshold can be about, with the unit that it is measured in. */
export const PATH_MEASURES = {
  'p50 added latency': 'ms',
  'p90 added latency': 'ms',
  'p99 added latency': 'ms',
  'p99.9 added latency': 'ms',
  'idle limit': 'ms',
  'safe ping interval': 'ms',
  'reload survival': '%',
  'new handshake after reload': 'ms',
  'upgrade success': '%',
  'resent segments': '%',
  capacity: 'count',
} as const satisfies Readonly<Record<string, MeasureUnit>>;
export type PathMeasure = keyof typeof PATH_MEASURES;

const isPathMeasure = (text: string): text is PathMeasure => Object.hasOwn(PATH_MEASURES, text);

/** Other words for the same. */
const SYNONYMS: Readonly<Record<string, PathMeasure>> = {
  'added latency p50': 'p50 added latency',
  'added latency p90': 'p90 added latency',
  'added latency p99': 'p99 added latency',
  'added latency p99.9': 'p99.9 added latency',
  'p999 added latency': 'p99.9 added latency',
  'longest safe ping interval': 'safe ping interval',
  'survives reload': 'reload survival',
  'first new handshake after reload': 'new handshake after reload',
  'time to first new handshake after reload': 'new handshake after reload',
  'retransmitted segments': 'resent segments',
  'open connections': 'capacity',
};

/** `p99 added latency <= 5 ms`; `value` is in `unit`: milliseconds, %, or a count. */
export interface Threshold {
  readonly measure: PathMeasure;
  readonly unit: MeasureUnit;
  readonly operator: LimitOperator;
  readonly value: number;
}

/** What was measured; `atLeast`: the end was not reached, and the true value is this or more. */
export interface Measured {
  readonly value: number;
  readonly atLeast?: true;
}

const DURATIONS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const UNITS: Readonly<Record<MeasureUnit, Readonly<Record<string, number>>>> = {
  ms: DURATIONS,
  '%': { '%': 1 },
  count: { '': 1, connections: 1, sockets: 1 },
};
const WANTED: Readonly<Record<MeasureUnit, string>> = {
  ms: 'a duration such as 5 ms, 75 s, 2 min or 1 h',
  '%': 'a share such as 99.5 %',
  count: 'a whole number such as 1000',
};

const LONGEST = 200;

const bad = (column: number, expected: string, seen: string): HarnessError =>
  new HarnessError('SPEC_ERR_WRONG_TYPE', `expected ${expected} at column ${column} of the threshold, got ${seen}`);

const shown = (token: LimitToken): string => (token.kind === 'end' ? 'its end' : `'${token.text.slice(0, 40)}'`);

/**
 * Reads one comparison: a measure of a path, one of <=, <, >=, >, == (also ≤, ≥), and a value with its unit. Throws SPEC_ERR_WRONG_TYPE with the column
 * (1-based) in the text, what was expected and what was seen; `suggest` adds what may have been meant.
 */
export function parseThreshold(text: string, suggest: Suggest = () => ''): Threshold {
  if (text.length > LONGEST) throw bad(1, `at most ${LONGEST} characters`, `${text.length}`);
  const tokens = limitTokens(text, bad);
  const at = tokens.findIndex(({ kind }) => kind !== 'word');
  const phrase = tokens
    .slice(0, at)
    .map((token) => token.text.toLowerCase())
    .join(' ');
  const measure = Object.hasOwn(SYNONYMS, phrase) ? SYNONYMS[phrase] : isPathMeasure(phrase) ? phrase : undefined;
  const [operator, value, unit, rest] = [tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  if (measure === undefined) {
    const known = Object.keys(PATH_MEASURES);
    const seen = phrase === '' && operator !== undefined ? shown(operator) : `'${phrase.slice(0, 60)}'`;
    throw bad(tokens[0]?.column ?? 1, `one of ${known.join(', ')}`, seen + suggest(phrase, [...known, ...Object.keys(SYNONYMS)]));
  }
  if (operator?.kind !== 'operator') throw bad(operator?.column ?? 1, 'one of <=, <, >=, >, ==', operator ? shown(operator) : 'its end');
  const written = valueOf(PATH_MEASURES[measure], value, unit);
  const after = written.isOneWord ? unit : rest;
  if (after !== undefined && after.kind !== 'end') throw bad(after.column, 'the end', shown(after));
  return { measure, unit: PATH_MEASURES[measure], operator: operator.text as LimitOperator, value: written.value };
}

/** The unit may stand apart: `5ms` and `5 ms`. */
function valueOf(
  kind: MeasureUnit,
  token: LimitToken | undefined,
  next: LimitToken | undefined,
): { readonly value: number; readonly isOneWord: boolean } {
  if (token?.kind !== 'value') throw bad(token?.column ?? 1, WANTED[kind], token === undefined ? 'its end' : shown(token));
  const [, digits = '', glued = ''] = /^([\d.]+)(.*)$/.exec(token.text) ?? [];
  const isOneWord = glued !== '' || next?.kind !== 'word';
  const unit = isOneWord ? glued : (next?.text ?? '');
  const scale = Object.hasOwn(UNITS[kind], unit) ? UNITS[kind][unit] : undefined;
  const number = Number(digits);
  if (scale === undefined || !Number.isFinite(number) || (kind === 'count' && !Number.isSafeInteger(number)))
    throw bad(token.column, WANTED[kind], `'${`${digits} ${unit}`.trim().slice(0, 40)}'`);
  if (kind === '%' && number > 100) throw bad(token.column, 'a share of at most 100 %', `'${token.text.slice(0, 40)}'`);
  return { value: number * scale, isOneWord };
}

/** Whether a threshold is kept; what was not measured, or not far enough, does not decide it. */
export function holdThreshold({ operator, value }: Threshold, measured: Measured | null): 'pass' | 'fail' | 'inconclusive' {
  if (measured === null) return 'inconclusive';
  const { value: seen } = measured;
  if (measured.atLeast !== true) return compare(seen, operator, value) ? 'pass' : 'fail';
  // The true value is `seen` or anything above it.
  if (operator === '>=' || operator === '>') return compare(seen, operator, value) ? 'pass' : 'inconclusive';
  return seen > value || (operator === '<' && seen === value) ? 'fail' : 'inconclusive';
}

function compare(seen: number, operator: LimitOperator, value: number): boolean {
  switch (operator) {
    case '<':
      return seen < value;
    case '<=':
      return seen <= value;
    case '>':
      return seen > value;
    case '>=':
      return seen >= value;
    case '==':
      return seen === value;
  }
}
