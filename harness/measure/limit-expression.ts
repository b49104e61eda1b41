import { HarnessError } from '../errors.ts';
import type { LoadTotals } from '../model/evidence.ts';
import { limitTokens, type LimitToken } from './limit-tokens.ts';
import { isMeasure, type LimitMeasure, MEASURES, measuresOf, measureWords, type Measured, unitOf } from './limit-measures.ts';

export type LimitOperator = '<' | '<=' | '>' | '>=' | '==';

/** A condition on a load; `value` is in milliseconds, a count, or a share of 1 where `isShare`. */
export type LimitExpression =
  | { readonly kind: 'and' | 'or'; readonly left: LimitExpression; readonly right: LimitExpression }
  | {
      readonly kind: 'compare';
      readonly measure: LimitMeasure;
      readonly operator: LimitOperator;
      readonly value: number;
      readonly isShare: boolean;
      /** The value as it was written. */
      readonly written: string;
    };

/** Whether a load kept a limit. */
export interface LimitVerdict {
  readonly met: boolean;
  /** `p99 was 61.2 ms, limit < 50ms`, of what broke it, or of all comparisons where it was kept. */
  readonly because: string;
  /** Measured values that were compared, by names as findings have them: `p99Ms`, `failures`. */
  readonly measures: Readonly<Record<string, number>>;
  /** The measures whose comparisons did not hold; empty where the whole was kept. */
  readonly broken: readonly LimitMeasure[];
}

/** `; did you mean 'p99'?` or nothing. */
export type Suggest = (word: string, known: readonly string[]) => string;

const LONGEST = 500;
const DEEPEST = 20;

/**
 * Reads a condition such as `p99 < 50ms and failures == 0`. Names: p50, p90, p99, p999 and max of the message latency from the due time, `upgrade.` before one of them
 * for the upgrade phase, and counts of failures, lost, missed, corrupted, unanswered, also as a share (`failures <= 0.1%`). `and` binds closer than `or`.
 * Throws USAGE_ERR_BAD_FLAG with the column (1-based), what was expected and what was seen; `suggest` adds what may have been meant.
 */
export function parseLimit(text: string, suggest: Suggest = () => ''): LimitExpression {
  if (text.length > LONGEST) throw badLimit(1, `at most ${LONGEST} characters`, `${text.length}`);
  const reader = new LimitReader(limitTokens(text, badLimit), suggest);
  const expression = reader.either(0);
  reader.end();
  return expression;
}

const badLimit = (column: number, expected: string, seen: string): HarnessError =>
  new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${expected} at column ${column} of --limit, got ${seen}`);

const shown = (token: LimitToken): string => (token.kind === 'end' ? 'its end' : `'${token.text.slice(0, 40)}'`);

/** Recursive descent over the words of one limit. */
class LimitReader {
  readonly #tokens: readonly LimitToken[];
  readonly #suggest: Suggest;
  #at = 0;

  constructor(tokens: readonly LimitToken[], suggest: Suggest) {
    this.#tokens = tokens;
    this.#suggest = suggest;
  }

  either(depth: number): LimitExpression {
    let left = this.#both(depth);
    while (this.#takes('or')) left = { kind: 'or', left, right: this.#both(depth) };
    return left;
  }

  end(): void {
    const token = this.#next();
    if (token.kind !== 'end')
      throw badLimit(token.column, "'and', 'or' or the end", shown(token) + this.#suggest(token.text, ['and', 'or']));
  }

  #both(depth: number): LimitExpression {
    let left = this.#one(depth);
    while (this.#takes('and')) left = { kind: 'and', left, right: this.#one(depth) };
    return left;
  }

  #one(depth: number): LimitExpression {
    const token = this.#next();
    if (token.text === '(') {
      if (depth >= DEEPEST) throw badLimit(token.column, `at most ${DEEPEST} parentheses within one another`, 'one more');
      const inner = this.either(depth + 1);
      const close = this.#next();
      if (close.text !== ')') throw badLimit(close.column, "'and', 'or' or ')'", shown(close));
      return inner;
    }
    if (token.kind !== 'word' || !isMeasure(token.text))
      throw badLimit(token.column, `one of ${MEASURES.join(', ')}`, shown(token) + this.#suggest(token.text, MEASURES));
    return this.#comparison(token.text);
  }

  #comparison(measure: LimitMeasure): LimitExpression {
    const operator = this.#next();
    if (operator.kind !== 'operator') throw badLimit(operator.column, 'one of <, <=, >, >=, ==', shown(operator));
    const value = this.#next();
    const isLatency = unitOf(measure) === 'ms';
    const wanted = isLatency ? 'a duration such as 50ms, 1s or 250us' : 'a count such as 0, or a share such as 0.1%';
    if (value.kind !== 'value') throw badLimit(value.column, wanted, shown(value));
    const [, digits = '', unit = ''] = /^([\d.]+)(.*)$/.exec(value.text) ?? [];
    const scale = (isLatency ? DURATIONS : COUNTS)[unit];
    const number = Number(digits);
    if (scale === undefined || !Number.isFinite(number) || (!isLatency && unit === '' && !Number.isSafeInteger(number)))
      throw badLimit(value.column, wanted, shown(value));
    if (unit === '%' && number > 100) throw badLimit(value.column, 'a share of at most 100%', shown(value));
    return {
      kind: 'compare',
      measure,
      operator: operator.text as LimitOperator,
      value: number * scale,
      isShare: unit === '%',
      written: value.text,
    };
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.text !== word) return false;
    this.#at += 1;
    return true;
  }

  #next(): LimitToken {
    const token = this.#tokens[this.#at] ?? { kind: 'end', text: '', column: 1 };
    this.#at += 1;
    return token;
  }
}

/** Milliseconds of each unit. */
const DURATIONS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };
const COUNTS: Readonly<Record<string, number>> = { '': 1, '%': 0.01 };

/** Whether a load kept a limit. A percentile of nothing keeps no limit: what was not measured is not good. Pure. */
export function evaluateLimit(expression: LimitExpression, totals: LoadTotals): LimitVerdict {
  const measured = measuresOf(totals);
  const { met, told } = judge(expression, measured);
  const compared = comparisonsOf(expression);
  const measures = compared.flatMap(({ measure }) => {
    const { name, value } = measured[measure];
    return value === null ? [] : [[name, Math.round(value * 1000) / 1000] as const];
  });
  const broken = met ? [] : [...new Set(told.map(({ measure }) => measure))];
  const because = [...new Set((met ? compared.filter((one) => holds(one, measured)) : told).map((one) => words(one, measured)))].join(
    ' and ',
  );
  return { met, because, measures: Object.fromEntries(measures), broken };
}

type Comparison = Extract<LimitExpression, { readonly kind: 'compare' }>;
type AllMeasured = Readonly<Record<LimitMeasure, Measured>>;

const comparisonsOf = (expression: LimitExpression): readonly Comparison[] =>
  expression.kind === 'compare' ? [expression] : [...comparisonsOf(expression.left), ...comparisonsOf(expression.right)];

/** `told`: the comparisons because of which it does not hold. */
function judge(expression: LimitExpression, measured: AllMeasured): { readonly met: boolean; readonly told: readonly Comparison[] } {
  if (expression.kind === 'compare') {
    const met = holds(expression, measured);
    return { met, told: met ? [] : [expression] };
  }
  const sides = [judge(expression.left, measured), judge(expression.right, measured)];
  const met = expression.kind === 'and' ? sides.every((side) => side.met) : sides.some((side) => side.met);
  return { met, told: met ? [] : sides.flatMap(({ told }) => told) };
}

function holds({ measure, operator, value, isShare }: Comparison, measured: AllMeasured): boolean {
  const { value: seen, of } = measured[measure];
  if (seen === null) return false;
  const compared = isShare ? seen / Math.max(1, of) : seen;
  switch (operator) {
    case '<':
      return compared < value;
    case '<=':
      return compared <= value;
    case '>':
      return compared > value;
    case '>=':
      return compared >= value;
    case '==':
      return compared === value;
  }
}

const words = ({ measure, operator, written, isShare }: Comparison, measured: AllMeasured): string =>
  `${measureWords(measure, measured[measure], isShare)}, limit ${operator} ${written}`;
