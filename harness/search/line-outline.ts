import { linesOf, type OpenBlock, openBlock, type Outline, type Span, type TextLine } from './outlined.ts';

/** How a config language of lines is read. */
export interface LineSyntax {
  /** Index at which a comment starts; -1 where the line has none. */
  readonly commentAt: (line: string) => number;
  /** `section`: ends whatever is open and holds the lines behind it. */
  readonly roleOf: (code: string) => 'opens' | 'closes' | 'section' | 'statement';
  /** The statement goes on in the next line. */
  readonly goesOn: (code: string) => boolean;
}

/** Outline of a language in which a statement is a line. Takes any text. */
export function lineOutline(text: string, { commentAt, roleOf, goesOn }: LineSyntax): Outline {
  const top: OpenBlock = { start: 0, end: text.length, parts: [] };
  const open: OpenBlock[] = [top];
  const comments: Span[] = [];
  let begun: TextLine | null = null;
  for (const line of linesOf(text)) {
    const raw = text.slice(line.start, line.end);
    const at: number = begun === null ? commentAt(raw) : -1;
    const code: string = (at < 0 ? raw : raw.slice(0, at)).trim();
    const comment = commentSpan(line, at < 0 ? '' : raw.slice(0, at), at >= 0, code === '' && begun === null);
    if (comment !== null) comments.push(comment);
    if (code === '' && begun === null) continue;
    const span: Span = { start: (begun ?? line).start, end: line.next };
    begun = goesOn(code) ? { ...line, start: span.start } : null;
    if (begun !== null && line.next < text.length) continue;
    place(open, span, roleOf(text.slice(span.start, at < 0 ? line.end : line.start + at).trim()));
  }
  return { parts: top.parts, comments };
}

function place(open: OpenBlock[], span: Span, role: ReturnType<LineSyntax['roleOf']>): void {
  if (role === 'section') open.length = 1;
  const parent = open.at(-1);
  if (parent === undefined) return;
  if (role === 'closes' && open.length > 1) {
    open.pop();
    grow(open, parent, span.end);
    return;
  }
  const node = openBlock(span);
  parent.parts.push(node);
  grow(open, node, span.end);
  if (role === 'opens' || role === 'section') open.push(node);
}

/** A block reaches to the end of what was last put into it. The first of `open` stands for the whole text. */
function grow(open: readonly OpenBlock[], node: OpenBlock, end: number): void {
  node.end = end;
  for (const block of open.slice(1)) block.end = end;
}

function commentSpan(line: TextLine, before: string, isComment: boolean, isAlone: boolean): Span | null {
  if (isAlone) return { start: line.start, end: line.next };
  return isComment ? { start: line.start + before.trimEnd().length, end: line.end } : null;
}
