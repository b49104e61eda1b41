/*
 * The part of regular expressions that paths in configs are written in. A config's own expression is never given to the engine, which some
 * of them would keep busy for years: this reader takes a bounded number of steps.
 */

type Node =
  | { readonly kind: 'char'; readonly accepts: (char: string) => boolean; readonly example: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

export interface Expression {
  readonly root: Node;
  readonly ignoreCase: boolean;
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  failed: boolean;
}

const MAX_EXPRESSION = 500;
const MAX_TEXT = 500;
const MAX_DEPTH = 20;
const MAX_REPEAT = 100;
const MAX_EXAMPLE = 300;
const MAX_STEPS = 20_000;
const EMPTY: Node = { kind: 'sequence', parts: [] };
const SHORT: Readonly<Record<string, readonly [RegExp, string]>> = {
  d: [/\d/, '1'],
  D: [/\D/, 'a'],
  w: [/\w/, 'a'],
  W: [/\W/, '-'],
  s: [/\s/, ' '],
  S: [/\S/, 'a'],
};

/** Reads an expression; null when it uses what this reader does not know (look-around, back references, options inside). */
export function parseExpression(text: string, ignoreCase: boolean): Expression | null {
  if (text.length > MAX_EXPRESSION) return null;
  const insensitive = text.startsWith('(?i)');
  const cursor: Cursor = { text: insensitive ? text.slice(4) : text, at: 0, depth: 0, failed: false };
  const root = choice(cursor);
  return cursor.failed || cursor.at < cursor.text.length ? null : { root, ignoreCase: ignoreCase || insensitive };
}

function fail(cursor: Cursor): Node {
  cursor.failed = true;
  return EMPTY;
}

function choice(cursor: Cursor): Node {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) return fail(cursor);
  const options = [sequence(cursor)];
  while (!cursor.failed && cursor.text[cursor.at] === '|') {
    cursor.at += 1;
    options.push(sequence(cursor));
  }
  cursor.depth -= 1;
  return options.length === 1 ? (options[0] ?? EMPTY) : { kind: 'choice', options };
}

function sequence(cursor: Cursor): Node {
  const parts: Node[] = [];
  while (!cursor.failed && cursor.at < cursor.text.length && !'|)'.includes(cursor.text.charAt(cursor.at))) {
    parts.push(quantified(atom(cursor), cursor));
  }
  return { kind: 'sequence', parts };
}

function quantified(part: Node, cursor: Cursor): Node {
  const match = /^(?:([*+?])|\{(\d{1,3})(,(\d{1,3})?)?\})[?+]?/.exec(cursor.text.slice(cursor.at, cursor.at + 12));
  if (match === null) return part;
  cursor.at += match[0].length;
  const [, sign, least, comma, most] = match;
  if (sign !== undefined) return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
  const min = Number(least);
  const max = comma === undefined ? min : Number(most ?? Infinity);
  return min > MAX_REPEAT || max < min ? fail(cursor) : { kind: 'repeat', part, min, max };
}

function atom(cursor: Cursor): Node {
  const char = cursor.text.charAt(cursor.at);
  cursor.at += 1;
  if (char === '^') return { kind: 'start' };
  if (char === '$') return { kind: 'end' };
  if (char === '.') return { kind: 'char', accepts: () => true, example: 'a' };
  if (char === '(') return group(cursor);
  if (char === '[') return charClass(cursor);
  if (char === '\\') return escaped(cursor);
  return '*+?'.includes(char) ? fail(cursor) : literal(char);
}

const literal = (char: string): Node => ({ kind: 'char', accepts: (one) => one === char, example: char });

function escaped(cursor: Cursor): Node {
  const char = cursor.text.charAt(cursor.at);
  cursor.at += 1;
  const short = SHORT[char];
  if (short !== undefined) return { kind: 'char', accepts: (one) => short[0].test(one), example: short[1] };
  return char === '' || /[A-Za-z0-9]/.test(char) ? fail(cursor) : literal(char);
}

function group(cursor: Cursor): Node {
  const head = /^\?(?::|P?<\w{1,30}>)/.exec(cursor.text.slice(cursor.at, cursor.at + 36))?.[0] ?? '';
  if (head === '' && cursor.text[cursor.at] === '?') return fail(cursor);
  cursor.at += head.length;
  const inside = choice(cursor);
  if (cursor.text[cursor.at] !== ')') return fail(cursor);
  cursor.at += 1;
  return inside;
}

function charClass(cursor: Cursor): Node {
  const isNegated = cursor.text[cursor.at] === '^';
  if (isNegated) cursor.at += 1;
  const tests: ((char: string) => boolean)[] = [];
  let example: string | null = null;
  for (let isFirst = true; isFirst || cursor.text[cursor.at] !== ']'; isFirst = false) {
    const item = classItem(cursor);
    if (item === null) return fail(cursor);
    tests.push(item.accepts);
    example ??= item.example;
  }
  cursor.at += 1;
  const accepts = (char: string): boolean => tests.some((test) => test(char)) !== isNegated;
  const shown = isNegated ? [...'a1-A_'].find(accepts) : example;
  return shown === undefined || shown === null ? fail(cursor) : { kind: 'char', accepts, example: shown };
}

function classItem(cursor: Cursor): { readonly accepts: (char: string) => boolean; readonly example: string } | null {
  const rest = cursor.text.slice(cursor.at, cursor.at + 6);
  const match = /^(?:\\([dwsDWS])|(?:\\(.)|([^\\]))(?:-(?:\\(.)|([^\]\\])))?)/s.exec(rest);
  if (match === null || rest.startsWith('[:')) return null;
  cursor.at += match[0].length;
  const short = SHORT[match[1] ?? ''];
  if (short !== undefined) return { accepts: (char) => short[0].test(char), example: short[1] };
  const from = match[2] ?? match[3] ?? '';
  const to = match[4] ?? match[5] ?? from;
  return { accepts: (char) => char >= from && char <= to, example: from };
}

/** A short text in which every part of the expression stands once; null when it would be too long. */
export function exampleOf({ root }: Expression): string | null {
  const text = exampleOfNode(root);
  return text.length > MAX_EXAMPLE ? null : text;
}

function exampleOfNode(node: Node): string {
  if (node.kind === 'char') return node.example;
  if (node.kind === 'choice') return exampleOfNode(node.options[0] ?? EMPTY);
  if (node.kind === 'repeat')
    return node.min === 0
      ? ''
      : exampleOfNode(node.part)
          .slice(0, MAX_EXAMPLE)
          .repeat(node.min)
          .slice(0, MAX_EXAMPLE + 1);
  if (node.kind !== 'sequence') return '';
  let text = '';
  for (const part of node.parts) text = (text + exampleOfNode(part)).slice(0, MAX_EXAMPLE + 1);
  return text;
}

/** Whether the expression is found in the text; null when it takes too many steps to say. */
export function isFoundIn({ root, ignoreCase }: Expression, text: string): boolean | null {
  if (text.length > MAX_TEXT) return null;
  const walk = { text, ignoreCase, steps: 0 };
  for (let from = 0; from <= text.length; from += 1) {
    if (matchAt(root, from, walk, () => true)) return walk.steps > MAX_STEPS ? null : true;
  }
  return walk.steps > MAX_STEPS ? null : false;
}

interface Walk {
  readonly text: string;
  readonly ignoreCase: boolean;
  steps: number;
}

function matchAt(node: Node, at: number, walk: Walk, next: (at: number) => boolean): boolean {
  walk.steps += 1;
  if (walk.steps > MAX_STEPS) return false;
  if (node.kind === 'start') return at === 0 && next(at);
  if (node.kind === 'end') return at === walk.text.length && next(at);
  if (node.kind === 'choice') return node.options.some((option) => matchAt(option, at, walk, next));
  if (node.kind === 'repeat') return repeatAt(node, { at, count: 0 }, walk, next);
  if (node.kind === 'sequence') return sequenceAt(node.parts, 0, at, walk, next);
  const char = walk.text.charAt(at);
  const isAccepted = node.accepts(char) || (walk.ignoreCase && (node.accepts(char.toLowerCase()) || node.accepts(char.toUpperCase())));
  return char !== '' && isAccepted && next(at + 1);
}

function sequenceAt(parts: readonly Node[], index: number, at: number, walk: Walk, next: (at: number) => boolean): boolean {
  const part = parts[index];
  return part === undefined ? next(at) : matchAt(part, at, walk, (after) => sequenceAt(parts, index + 1, after, walk, next));
}

function repeatAt(
  node: Extract<Node, { kind: 'repeat' }>,
  { at, count }: { readonly at: number; readonly count: number },
  walk: Walk,
  next: (at: number) => boolean,
): boolean {
  const again = (after: number): boolean => (after > at || count < node.min) && repeatAt(node, { at: after, count: count + 1 }, walk, next);
  if (count < node.max && matchAt(node.part, at, walk, again)) return true;
  return count >= node.min && next(at);
}
