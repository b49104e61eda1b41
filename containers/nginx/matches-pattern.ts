import type { Pattern, PatternItem } from './pattern.ts';

/** Steps that one question may take; a pattern that needs more is answered with no. */
const MAX_STEPS = 20_000;
const MAX_NESTED = 1000;
const MAX_TEXT = 500;

/** Steps that many questions may take together. */
export interface StepBudget {
  left: number;
}

/**
 * Whether a pattern matches anywhere in a text. Bounded: what cannot be decided within the bounds, or within what is left of a budget, does
 * not match.
 */
export function matches(pattern: Pattern, text: string, budget: StepBudget = { left: MAX_STEPS }): boolean {
  if (text.length > MAX_TEXT || budget.left <= 0) return false;
  const steps = Math.min(MAX_STEPS, budget.left);
  const matcher = new Matcher(text, steps);
  let isFound = false;
  for (let start = 0; start <= text.length && !isFound; start += 1) isFound = matcher.options(pattern, start, () => true);
  budget.left -= steps - matcher.left;
  return isFound;
}

type Continue = (at: number) => boolean;

class Matcher {
  left: number;
  readonly #text: string;
  #nested = 0;

  constructor(text: string, steps: number) {
    this.#text = text;
    this.left = steps;
  }

  options(pattern: Pattern, at: number, then: Continue): boolean {
    return pattern.some((sequence) => this.#sequence(sequence, 0, at, then));
  }

  #sequence(sequence: readonly PatternItem[], index: number, at: number, then: Continue): boolean {
    const item = sequence[index];
    return item === undefined ? then(at) : this.#item(item, at, (next) => this.#sequence(sequence, index + 1, next, then));
  }

  #item(item: PatternItem, at: number, then: Continue): boolean {
    if (this.left <= 0 || this.#nested >= MAX_NESTED) return false;
    this.left -= 1;
    this.#nested += 1;
    const found = this.#one(item, at, then);
    this.#nested -= 1;
    return found;
  }

  #one(item: PatternItem, at: number, then: Continue): boolean {
    const text = this.#text;
    if (item.kind === 'set') return at < text.length && item.has(text.charAt(at)) && then(at + 1);
    if (item.kind === 'start') return at === 0 && then(at);
    if (item.kind === 'end') return at === text.length && then(at);
    if (item.kind === 'boundary') return /\w/.test(text.charAt(at - 1)) !== /\w/.test(text.charAt(at)) && then(at);
    if (item.kind === 'repeat') return this.#repeat(item, 0, at, then);
    if (item.look === 'none') return this.options(item.options, at, then);
    return this.options(item.options, at, () => true) === (item.look === 'ahead') && then(at);
  }

  #repeat(repeat: Extract<PatternItem, { kind: 'repeat' }>, done: number, at: number, then: Continue): boolean {
    // A round that takes nothing would go on for ever.
    const again = (next: number): boolean => (next > at || done < repeat.min) && this.#repeat(repeat, done + 1, next, then);
    return (done < repeat.max && this.#item(repeat.item, at, again)) || (done >= repeat.min && then(at));
  }
}
