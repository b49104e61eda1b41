import { type OpenBlock, openBlock, type Outline, type Span } from './outlined.ts';

/**
 * Outline of nginx's language ("Configuration File's Structure", Beginner's Guide): simple directives end in `;`, blocks have braces.
 * Quotes, escapes, `${name}` and Lua blocks are known. Null where braces do not match: not this language.
 */
export function braceOutline(text: string): Outline | null {
  const top: OpenBlock = { start: 0, end: text.length, parts: [] };
  const open: OpenBlock[] = [top];
  const comments: Span[] = [];
  let begun: number | null = null;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    const parent = open.at(-1);
    if (parent === undefined) return null;
    if (/\s/.test(character)) at += 1;
    else if (character === '#') {
      const end = endOfLine(text, at);
      comments.push({ start: startOfComment(text, at), end });
      at = end;
    } else if (character === ';' || character === '{') {
      const node = openBlock({ start: begun ?? at, end: at + 1 });
      parent.parts.push(node);
      const isLua = character === '{' && /^\w+_by_lua_block\b/.test(text.slice(node.start, node.start + 80));
      if (isLua) node.end = endOfLua(text, at);
      else if (character === '{') open.push(node);
      begun = null;
      at = node.end;
    } else if (character === '}') {
      if (open.length === 1 || begun !== null) return null;
      open.pop();
      at += 1;
      parent.end = at;
    } else {
      begun ??= at;
      at = endOfWord(text, at);
    }
  }
  if (open.length !== 1 || begun !== null) return null;
  return { parts: top.parts, comments: [...comments, ...blankLines(text)] };
}

const endOfLine = (text: string, from: number): number => {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
};

/** With the blanks before it, and the whole line where nothing else is on it. */
function startOfComment(text: string, at: number): number {
  let start = at;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start -= 1;
  return start;
}

function endOfWord(text: string, from: number): number {
  const quote = text[from];
  let at = from;
  if (quote === '"' || quote === "'") {
    at += 1;
    while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
    return Math.min(at + 1, text.length);
  }
  while (at < text.length && !/[\s;{}]/.test(text[at] ?? '')) {
    const isVariable = text[at] === '$' && text[at + 1] === '{';
    const close = isVariable ? text.indexOf('}', at) : -1;
    if (close > 0) at = close + 1;
    else at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(Math.max(at, from + 1), text.length);
}

/** Behind the brace that matches the one at `from`. Lua's strings may hold braces of their own. */
function endOfLua(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") at = endOfWord(text, at) - 1;
    else if (character === '-' && text[at + 1] === '-') at = endOfLine(text, at);
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

const blankLines = (text: string): readonly Span[] =>
  [...text.matchAll(/^[^\S\n]*\n/gm)].map(({ index, 0: line }) => ({ start: index, end: index + line.length }));
