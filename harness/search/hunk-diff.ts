import type { Hunk } from '../model/search-results.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { inOrder } from './hunks.ts';
import { linesOf } from './outlined.ts';

/** Unchanged lines around a change, as `diff -u` has them. */
const CONTEXT = 3;

/**
 * Hunks as a unified diff against the config before, as `patch -p1` and `git apply` take it. Behind the ranges stands the place of the
 * first changed line, where `diff -p` has the function. Contains config text: untrusted.
 */
export function hunkDiff(before: ConfigTree, hunks: readonly Hunk[]): string {
  const files = Map.groupBy(hunks, ({ path }) => path);
  return [...files].map(([path, own]) => fileDiff(before, path, inOrder(own))).join('');
}

function fileDiff(tree: ConfigTree, path: string, hunks: readonly Hunk[]): string {
  const text = tree.files.get(path)?.text;
  const lines = text === undefined ? [] : linesOf(text).map(({ start, next }) => text.slice(start, next));
  const label = (hunks[0]?.file ?? path).replace(/^\/+/, '');
  const isGone = text !== undefined && hunks.reduce((sum, { before }) => sum + before.lines.length, 0) === lines.length;
  const isEmptied = isGone && hunks.every(({ after }) => after.lines.length === 0);
  const head = [text === undefined ? '--- /dev/null' : `--- a/${label}`, isEmptied ? '+++ /dev/null' : `+++ b/${label}`];
  let shift = 0;
  const body = grouped(hunks, lines.length).flatMap(({ from, to, hunks: own }) => {
    const rows = rowsOf(lines, own, from, to);
    const count = (sign: string): number => rows.filter((row) => row.startsWith(' ') || row.startsWith(sign)).length;
    const [removed, added] = [count('-'), count('+')];
    const first = own[0]?.before.line ?? 1;
    const place = text === undefined ? '' : ` ${label}:${Math.min(first, Math.max(1, lines.length))}`;
    const ranges = `@@ -${range(from, removed)} +${range(from + shift, added)} @@${place}`;
    shift += added - removed;
    return [`${ranges}\n`, ...rows.map((row) => (row.endsWith('\n') ? row : `${row}\n\\ No newline at end of file\n`))];
  });
  return `${head.join('\n')}\n${body.join('')}`;
}

const range = (from: number, count: number): string => (count === 1 ? `${from + 1}` : `${count === 0 ? from : from + 1},${count}`);

interface Group {
  /** Lines of the text before with their context. 0-based, the end not included. */
  readonly from: number;
  readonly to: number;
  readonly hunks: readonly Hunk[];
}

function grouped(hunks: readonly Hunk[], length: number): readonly Group[] {
  const groups: { from: number; to: number; hunks: Hunk[] }[] = [];
  for (const hunk of hunks) {
    const from = Math.max(0, hunk.before.line - 1 - CONTEXT);
    const to = Math.min(length, hunk.before.line - 1 + hunk.before.lines.length + CONTEXT);
    const last = groups.at(-1);
    if (last !== undefined && from <= last.to) {
      last.to = Math.max(last.to, to);
      last.hunks.push(hunk);
    } else groups.push({ from, to, hunks: [hunk] });
  }
  return groups;
}

/** Lines of the diff, with their line ends as they are in the text. */
function rowsOf(lines: readonly string[], hunks: readonly Hunk[], from: number, to: number): readonly string[] {
  const rows: string[] = [];
  let next = from;
  for (const { before, after } of hunks) {
    rows.push(...lines.slice(next, before.line - 1).map((line) => ` ${line}`));
    rows.push(...before.lines.map((line) => `-${line}`), ...after.lines.map((line) => `+${line}`));
    next = before.line - 1 + before.lines.length;
  }
  rows.push(...lines.slice(next, to).map((line) => ` ${line}`));
  return rows.flatMap((row, index) =>
    endedRow(
      row,
      rows.slice(index + 1).some((later) => !later.startsWith('-')),
    ),
  );
}

/** A last line without a line end gets one where lines follow it on the other side. */
function endedRow(row: string, isFollowed: boolean): readonly string[] {
  if (row.endsWith('\n') || row.startsWith('-') || !isFollowed) return [row];
  return row.startsWith('+') ? [`${row}\n`] : [`-${row.slice(1)}`, `+${row.slice(1)}\n`];
}
