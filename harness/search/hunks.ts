import type { Hunk } from '../model/search-results.ts';
import type { ConfigFile, ConfigTree } from '../model/surroundings.ts';
import { diffLines } from './line-diff.ts';
import { linesOf } from './outlined.ts';

/** Every line that two configs do not have in common, in the order of their files. Their main files are compared whatever their names. */
export function hunksOf(before: ConfigTree, after: ConfigTree): readonly Hunk[] {
  return filePairs(before, after).flatMap(({ path, was, is }) => {
    const [a, b] = [textLines(was), textLines(is)];
    const edits = diffLines(a, b);
    // A file without lines that comes or goes is a hunk without lines.
    const all = edits.length === 0 && (was === undefined) !== (is === undefined) ? [{ from: 0, to: 0, start: 0, end: 0 }] : edits;
    const file = (was ?? is)?.label ?? path;
    return all.map(({ from, to, start, end }) => hunk(file, path, [from, a.slice(from, to)], [start, b.slice(start, end)]));
  });
}

type Side = readonly [from: number, lines: readonly string[]];

const hunk = (file: string, path: string, [from, was]: Side, [start, is]: Side): Hunk => ({
  id: `${path}:${from + 1}-${was.length}+${start + 1}-${is.length}`,
  file,
  path,
  before: { line: from + 1, lines: was },
  after: { line: start + 1, lines: is },
});

interface FilePair {
  /** In the tree before; of a new file, where it will be there. */
  readonly path: string;
  readonly was: ConfigFile | undefined;
  readonly is: ConfigFile | undefined;
}

/** By place relative to the main file, as a config may stand in another folder on the other side. */
function filePairs(before: ConfigTree, after: ConfigTree): readonly FilePair[] {
  const moved = (path: string): string => {
    if (path === after.main) return before.main;
    const [from, to] = [folderOf(after.main), folderOf(before.main)];
    return !before.files.has(path) && path.startsWith(from) ? `${to}${path.slice(from.length)}` : path;
  };
  const others = new Map([...after.files].map(([path, file]) => [moved(path), file]));
  const paths = new Set([...before.files.keys(), ...others.keys()]);
  return [...paths].map((path) => ({ path, was: before.files.get(path), is: others.get(path) }));
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

const textLines = (file: ConfigFile | undefined): readonly string[] =>
  file === undefined ? [] : linesOf(file.text).map(({ start, next }) => file.text.slice(start, next));

/**
 * The config before with only these hunks made. A file that is new is there as soon as one of its hunks is chosen; one that `after` does not
 * have is gone when nothing is left of it.
 */
export function applyHunks(before: ConfigTree, after: ConfigTree, chosen: readonly Hunk[]): ConfigTree {
  const byPath = Map.groupBy(chosen, ({ path }) => path);
  const files = filePairs(before, after).flatMap(({ path, was, is }): readonly (readonly [string, ConfigFile])[] => {
    const hunks = byPath.get(path);
    const file = was ?? is;
    if (file === undefined || (hunks === undefined && was === undefined)) return [];
    if (hunks === undefined) return [[path, file]];
    const text = joined(appliedLines(textLines(was), hunks));
    return text === '' && is === undefined ? [] : [[path, { ...file, path, text }]];
  });
  return { ...before, files: new Map(files) };
}

/** Lines with only these hunks made. */
function appliedLines(lines: readonly string[], hunks: readonly Hunk[]): readonly string[] {
  const out: string[] = [];
  let next = 0;
  for (const { before, after } of inOrder(hunks)) {
    out.push(...lines.slice(next, before.line - 1), ...after.lines);
    next = Math.max(next, before.line - 1 + before.lines.length);
  }
  return [...out, ...lines.slice(next)];
}

/** A line that was the last one and had no line end gets one where something follows it. */
const joined = (lines: readonly string[]): string =>
  lines.map((line, index) => (index < lines.length - 1 && !line.endsWith('\n') ? `${line}\n` : line)).join('');

/** As they stand in the file before; what stands before the same line, as after. */
export const inOrder = (hunks: readonly Hunk[]): readonly Hunk[] =>
  hunks.toSorted((a, b) => a.before.line - b.before.line || a.after.line - b.after.line);

/**
 * The same hunk in hunks of a line: an altered line (the same first word before and after) is one, so that a value is not taken away
 * without the one that replaces it; every other line goes or comes by itself.
 */
export function splitHunk({ file, path, before, after }: Hunk): readonly Hunk[] {
  const [was, is] = [before.lines, after.lines];
  const out: Hunk[] = [];
  const one = (from: number, to: number, start: number, end: number): void => {
    out.push(hunk(file, path, [before.line - 1 + from, was.slice(from, to)], [after.line - 1 + start, is.slice(start, end)]));
  };
  let [x, y] = [0, 0];
  for (const [i, j] of [...alteredLines(was, is), [was.length, is.length] as const]) {
    for (; x < i; x += 1) one(x, x + 1, y, y);
    for (; y < j; y += 1) one(x, x, y, y + 1);
    if (i < was.length) one(i, i + 1, j, j + 1);
    [x, y] = [i + 1, j + 1];
  }
  return out.length === 0 ? [hunk(file, path, [before.line - 1, was], [after.line - 1, is])] : out;
}

/** Pairs of lines with the same first word, in order. */
function alteredLines(was: readonly string[], is: readonly string[]): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let next = 0;
  for (const [index, line] of was.entries()) {
    const found = is.findIndex((other, at) => at >= next && firstWord(line) !== '' && firstWord(other) === firstWord(line));
    if (found < 0) continue;
    pairs.push([index, found]);
    next = found + 1;
  }
  return pairs;
}

const firstWord = (line: string): string => line.trim().split(/\s/, 1)[0] ?? '';
