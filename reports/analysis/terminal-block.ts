import { terminalText } from '../terminal/escape.ts';
import type { Paint, Style } from '../terminal/paint.ts';
import { wrap } from '../terminal/wrap.ts';
import { clip } from '../visible-text.ts';

export interface TerminalContext {
  readonly width: number;
  readonly paint: Paint;
}

/** Untrusted text, escaped and of bounded length. */
export const shown = (untrusted: string, limit = 300): string => terminalText(clip(untrusted, limit));

/** A title over lines; nothing when there are no lines. */
export const titled = (title: string, lines: readonly string[], { paint }: TerminalContext): readonly string[] =>
  lines.length === 0 ? [] : [paint(title, 'bold'), ...lines, ''];

/** Escaped text over as many lines as it needs, behind an indent; painted line by line, so that no colour reaches past its line. */
export const indented = (
  text: string,
  { width, paint }: TerminalContext,
  { indent = 2, styles = [] }: { readonly indent?: number; readonly styles?: readonly Style[] } = {},
): readonly string[] => wrap(text, width - indent, 2).map((line) => `${' '.repeat(indent)}${paint(line, ...styles)}`);
