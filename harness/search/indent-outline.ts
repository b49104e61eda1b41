import { linesOf, type OpenBlock, openBlock, type Outline, type Span } from './outlined.ts';

interface IndentedBlock extends OpenBlock {
  readonly indent: number;
  parts: IndentedBlock[];
}

/**
 * Outline of any text that is indented by its meaning: YAML, and programs of one statement a line. A line holds the deeper ones behind
 * it, and the line that closes it: `}`, `)`, `]` at its own depth.
 */
export function indentOutline(text: string): Outline {
  const top: IndentedBlock = { start: 0, end: text.length, parts: [], indent: -1 };
  const open: IndentedBlock[] = [top];
  const comments: Span[] = [];
  for (const { start, end, next } of linesOf(text)) {
    const raw = text.slice(start, end);
    const code = raw.trim();
    if (code === '' || /^(?:#(?!!)|\/\/)/.test(code)) {
      comments.push({ start, end: next });
      continue;
    }
    const indent = raw.length - raw.trimStart().length;
    const isCloser = /^[\])}]/.test(code);
    while ((open.at(-1)?.indent ?? -1) > indent) open.pop();
    const last = open.at(-1) ?? top;
    const closes = isCloser && last.indent === indent;
    if (!closes) {
      if (last.indent === indent) open.pop();
      const node: IndentedBlock = { ...openBlock({ start, end: next }), parts: [], indent };
      (open.at(-1) ?? top).parts.push(node);
      open.push(node);
    }
    for (const block of open.slice(1)) block.end = next;
  }
  return { parts: top.parts, comments };
}
