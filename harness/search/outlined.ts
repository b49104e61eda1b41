/** Characters of a text, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands in a config: a statement, or a block with what is in it. */
export interface Outlined extends Span {
  readonly parts: readonly Outlined[];
}

/** The structure of one file, read from its syntax alone. */
export interface Outline {
  readonly parts: readonly Outlined[];
  /** Comments and blank lines. */
  readonly comments: readonly Span[];
}

/** A line of a text: `end` is before its line end, `next` behind it. */
export interface TextLine extends Span {
  readonly next: number;
}

export function linesOf(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf('\n', start);
    const next = at < 0 ? text.length : at + 1;
    const end = at < 0 ? next : text[at - 1] === '\r' && at > start ? at - 1 : at;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

/** A block that is still being read. */
export interface OpenBlock {
  start: number;
  end: number;
  parts: OpenBlock[];
}

export const openBlock = ({ start, end }: Span): OpenBlock => ({ start, end, parts: [] });
