import type { ConfigEdit } from '../model/remedy.ts';

/** A config as lines, with what joins them. */
export interface ConfigText {
  readonly lines: readonly string[];
  /** `\r\n` where the first line ends so. */
  readonly lineEnd: string;
  /** Whether the last line has a line end too. */
  readonly isEnded: boolean;
}

export function splitConfig(text: string): ConfigText {
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const isEnded = text.endsWith('\n');
  const lines = text === '' ? [] : (isEnded ? text.slice(0, -1) : text).split('\n');
  return { lines, lineEnd, isEnded };
}

/** Lines that an edit brings in, as they stand in the file: without its line feed, with the carriage return where it has them. */
export const insertedLines = ({ insert }: ConfigEdit, { lineEnd }: ConfigText): readonly string[] =>
  lineEnd === '\n' ? insert : insert.map((line) => `${line}\r`);

const inOrder = (edits: readonly ConfigEdit[]): readonly ConfigEdit[] => edits.toSorted((a, b) => a.line - b.line || a.remove - b.remove);

/** Whether all edits are inside of the file and none is on top of another. */
export function areInPlace(edits: readonly ConfigEdit[], { lines }: ConfigText): boolean {
  let free = 1;
  return inOrder(edits).every(({ line, remove }) => {
    const fits = line >= free && remove >= 0 && line + remove <= lines.length + 1;
    free = line + remove;
    return fits;
  });
}

/**
 * Edits in the order of the file; throws RangeError for those that are not in place: a defect of the rule that made them. Where the last
 * line has no line end, what is put behind it replaces it, because it gets one.
 */
export function orderedEdits(edits: readonly ConfigEdit[], config: ConfigText): readonly ConfigEdit[] {
  const { lines, isEnded } = config;
  if (!areInPlace(edits, config)) throw new RangeError(`edits at lines ${edits.map(({ line }) => line).join(', ')} are not in place`);
  const ordered = inOrder(edits);
  const last = lines.at(-1);
  const appends = (edit: ConfigEdit): boolean => edit.line === lines.length + 1;
  if (isEnded || last === undefined || !ordered.some(appends)) return ordered;
  return ordered.map((edit) => (appends(edit) ? { line: lines.length, remove: 1, insert: [last, ...edit.insert] } : edit));
}

/** Whether the last line is changed: then the new text ends in a line end whatever the old one did. */
export const touchesEnd = (edits: readonly ConfigEdit[], { lines }: ConfigText): boolean =>
  edits.some(({ line, remove }) => line + remove > lines.length);

/** The config with the edits made. Throws what orderedEdits throws. */
export function applyEdits(text: string, edits: readonly ConfigEdit[]): string {
  const config = splitConfig(text);
  const { lines, isEnded } = config;
  const out: string[] = [];
  let next = 1;
  for (const edit of orderedEdits(edits, config)) {
    out.push(...lines.slice(next - 1, edit.line - 1), ...insertedLines(edit, config));
    next = edit.line + edit.remove;
  }
  out.push(...lines.slice(next - 1));
  return `${out.join('\n')}${out.length > 0 && (isEnded || touchesEnd(edits, config)) ? '\n' : ''}`;
}
