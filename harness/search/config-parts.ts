import type { KeptLine } from '../model/search-results.ts';
import type { ConfigFile, ConfigTree } from '../model/surroundings.ts';
import { outlineOf } from './outline-of.ts';
import { linesOf, type Outlined, type Span } from './outlined.ts';

/** Something that can be left out of a config: whole lines, or characters of a line that holds more. */
export interface ConfigPart {
  /** Unique in the tree. */
  readonly id: string;
  readonly kind: 'file' | 'block' | 'statement' | 'comments';
  /** Path of its file in the tree. */
  readonly path: string;
  /** The file as the user knows it. */
  readonly file: string;
  /** 1-based, both included. */
  readonly from: number;
  readonly to: number;
  /** Untrusted. */
  readonly text: string;
  readonly spans: readonly Span[];
  readonly parts: readonly ConfigPart[];
}

/** The parts of a config as a hierarchy, and its comments and blank lines as one part. */
export interface ConfigParts {
  readonly comments: ConfigPart | null;
  readonly top: readonly ConfigPart[];
}

/**
 * What can be left out of each file of the user's. The content of each file beside the main one is a part of its own; the file stays, so
 * that what includes it still finds it. Files that came with Hopscope stay as they are.
 */
export function partsOf(tree: ConfigTree, service: string): ConfigParts {
  const comments: ConfigPart[] = [];
  const top: ConfigPart[] = [];
  const files = [...tree.files.values()].filter(({ isWrapper }) => isWrapper !== true);
  // The main file last: what it uses of the others is then left out after the others were tried.
  for (const file of files.toSorted((a, b) => Number(a.path === tree.main) - Number(b.path === tree.main))) {
    const outline = outlineOf(service, file.text);
    const starts = linesOf(file.text).map(({ start }) => start);
    const toPart = (node: Outlined): ConfigPart =>
      part(file, starts, node.parts.length > 0 ? 'block' : 'statement', [node], node.parts.map(toPart));
    const parts = outline.parts.map(toPart);
    if (outline.comments.length > 0) comments.push(part(file, starts, 'comments', outline.comments, []));
    if (file.path === tree.main) top.push(...parts);
    else if (parts.length > 0) top.push(part(file, starts, 'file', [{ start: 0, end: file.text.length }], parts));
  }
  const [first] = comments;
  return { comments: first === undefined ? null : { ...first, parts: comments.slice(1) }, top };
}

function part(
  { path, label, text }: ConfigFile,
  starts: readonly number[],
  kind: ConfigPart['kind'],
  spans: readonly Span[],
  parts: readonly ConfigPart[],
): ConfigPart {
  const [start, end] = [spans[0]?.start ?? 0, spans.at(-1)?.end ?? 0];
  const id = `${kind}:${path}:${start}-${end}`;
  const lineAt = (offset: number): number => countUpTo(starts, offset);
  const body = kind === 'comments' ? '' : text.slice(start, end).trim();
  return { id, kind, path, file: label, from: lineAt(start), to: lineAt(Math.max(start, end - 1)), text: body, spans, parts };
}

/** How many of the ascending numbers are not above the limit: of starts of lines, the 1-based line. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every part below these, they themselves first. */
export const allParts = (parts: readonly ConfigPart[]): readonly ConfigPart[] => parts.flatMap((one) => [one, ...allParts(one.parts)]);

/** The tree without these parts; everything else is kept byte for byte. A line of which nothing but blanks or a comment is left goes too. */
export function withoutParts(tree: ConfigTree, parts: readonly ConfigPart[]): ConfigTree {
  const cut = Map.groupBy(allComments(parts), ({ path }) => path);
  const files = [...tree.files].map(([path, file]): readonly [string, ConfigFile] => {
    const spans = cut.get(path)?.flatMap((one) => one.spans);
    if (spans === undefined) return [path, file];
    return [
      path,
      {
        ...file,
        text: linesWithout(file, spans)
          .map(({ text }) => text)
          .join(''),
      },
    ];
  });
  return { ...tree, files: new Map(files) };
}

/** What is left of the user's files, line by line, with the places of the original. Lines without content are left out. */
export function keptLines(tree: ConfigTree, parts: readonly ConfigPart[]): readonly KeptLine[] {
  const cut = Map.groupBy(allComments(parts), ({ path }) => path);
  return [...tree.files.values()]
    .filter(({ isWrapper }) => isWrapper !== true)
    .flatMap((file) => linesWithout(file, cut.get(file.path)?.flatMap((one) => one.spans) ?? []))
    .filter(({ text }) => text.trim() !== '');
}

/** The part of all comments has one of each further file below it. */
const allComments = (parts: readonly ConfigPart[]): readonly ConfigPart[] =>
  parts.flatMap((one) => (one.kind === 'comments' ? [one, ...one.parts] : [one]));

function linesWithout({ path, label, text }: ConfigFile, spans: readonly Span[]): readonly KeptLine[] {
  const cuts = merged(spans);
  let next = 0;
  return linesOf(text).flatMap((line, index) => {
    let [kept, at, isCut] = ['', line.start, false];
    for (let cut = cuts[next]; cut !== undefined && cut.start < line.next; cut = cuts[next]) {
      if (cut.end > line.start) {
        isCut = true;
        kept += text.slice(at, Math.max(at, Math.min(cut.start, line.end)));
        at = Math.max(at, cut.end);
      }
      if (cut.end > line.next) break;
      next += 1;
    }
    const place = { path, file: label, line: index + 1 };
    if (!isCut) return [{ ...place, text: text.slice(line.start, line.next) }];
    const rest = at < line.end ? `${kept}${text.slice(at, line.end)}` : kept.trimEnd();
    return /^\s*(?:#.*)?$/.test(rest) ? [] : [{ ...place, text: `${rest}${text.slice(line.end, line.next)}` }];
  });
}

/** The same characters as ascending spans that do not touch. */
function merged(spans: readonly Span[]): readonly Span[] {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}
