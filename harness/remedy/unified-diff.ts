import type { ConfigEdit } from '../model/remedy.ts';
import { type ConfigText, insertedLines, orderedEdits, splitConfig } from './config-text.ts';

/** Unchanged lines around a change, as `diff -u` has them. */
const CONTEXT = 3;
const NO_END = '\\ No newline at end of file';

/** One line of a patch: kept, taken away or brought in. */
interface PatchLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  /** Line of the old text that it is, or stands before. 1-based. */
  readonly oldLine: number;
  readonly newLine: number;
}

/**
 * The edits as a unified diff (POSIX diff, "Diff -u Output Format"), as `patch -p1` and `git apply` take it. What changed is known, so
 * nothing has to be compared. Empty where the edits change nothing.
 */
export function unifiedDiff(text: string, edits: readonly ConfigEdit[], label: string): string {
  const config = splitConfig(text);
  const all = patchLines(config, edits);
  const changed = all.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  if (changed.length === 0) return '';
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(all.length, index + CONTEXT + 1)];
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  const lastOld = all.findLastIndex(({ sign }) => sign !== '+');
  const unended = config.isEnded ? [] : [lastOld];
  const name = fileName(label);
  const body = hunks.flatMap(({ from, to }) => hunkLines(all, from, to, unended));
  return `${[`--- ${name('a')}`, `+++ ${name('b')}`, ...body].join('\n')}\n`;
}

function patchLines(config: ConfigText, edits: readonly ConfigEdit[]): readonly PatchLine[] {
  const out: PatchLine[] = [];
  const place = { oldLine: 1, newLine: 1 };
  const push = (sign: PatchLine['sign'], texts: readonly string[]): void => {
    for (const text of texts) {
      out.push({ sign, text, ...place });
      if (sign !== '+') place.oldLine += 1;
      if (sign !== '-') place.newLine += 1;
    }
  };
  for (const edit of orderedEdits(edits, config)) {
    push(' ', config.lines.slice(place.oldLine - 1, edit.line - 1));
    const removed = config.lines.slice(edit.line - 1, edit.line - 1 + edit.remove);
    const inserted = insertedLines(edit, config);
    // A last line without a line end differs from the same one with it.
    const head = Math.min(sharedStart(removed, inserted), config.isEnded ? Infinity : config.lines.length - edit.line);
    push(' ', removed.slice(0, head));
    push('-', removed.slice(head));
    push('+', inserted.slice(head));
  }
  push(' ', config.lines.slice(place.oldLine - 1));
  return out;
}

function sharedStart(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((line, index) => line !== b[index]);
  return differs < 0 ? a.length : differs;
}

/** `unended`: indices of lines that have no line end. */
function hunkLines(all: readonly PatchLine[], from: number, to: number, unended: readonly number[]): readonly string[] {
  const lines = all.slice(from, to);
  const first = lines[0];
  const count = (...signs: readonly string[]): number => lines.filter(({ sign }) => signs.includes(sign)).length;
  const range = (line: number, length: number): string => (length === 1 ? `${line}` : `${length === 0 ? line - 1 : line},${length}`);
  const head = `@@ -${range(first?.oldLine ?? 1, count(' ', '-'))} +${range(first?.newLine ?? 1, count(' ', '+'))} @@`;
  return [head, ...lines.flatMap(({ sign, text }, index) => [`${sign}${text}`, ...(unended.includes(from + index) ? [NO_END] : [])])];
}

/** `a/path` and `b/path`; a name with a control character or a quote is written as git writes it, one with a space ends in a tab. */
function fileName(label: string): (side: 'a' | 'b') => string {
  const relative = label.replace(/^\/+/, '');
  return (side) => {
    const name = `${side}/${relative}`;
    if (/[\p{Cc}"\\]/u.test(name)) return JSON.stringify(name);
    return name.includes(' ') ? `${name}\t` : name;
  };
}
