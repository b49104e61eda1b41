import type { ScaledConfig } from '../../harness/model/service.ts';
import { type Directive, parseConfig } from './config-tree.ts';
import { DECLARED_ONLY, HTTP_DURATIONS, type NginxDuration, STREAM_DURATIONS } from './duration-defaults.ts';
import { milliseconds } from './scope.ts';

/** A part of a text, as offsets, and what takes its place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const SCALED: ReadonlySet<string> = new Set([...HTTP_DURATIONS, ...STREAM_DURATIONS].map(({ name }) => name).concat([...DECLARED_ONLY]));
/** An include of these sets no duration. */
const HARMLESS_INCLUDE = /(?:^|\/)(?:mime\.types|fastcgi_params|proxy_params|modules-enabled\/\*\.conf)$/;

/**
 * Divides the durations that end connections, wherever a line sets them, and writes the defaults of the others, divided as well,
 * behind the `{` of `http` and `stream`. The result is in whole milliseconds, at least one; no line moves.
 */
export function scaleDurations(text: string, factor: number): ScaledConfig {
  const main = parseConfig(text);
  const notes: string[] = [];
  const edits = [...durationEdits(text, factor, notes)];
  for (const block of main) {
    const defaults = defaultsEdit(text, block, factor);
    if (defaults === null) continue;
    const unread = block.block?.find(({ name, args }) => name === 'include' && !HARMLESS_INCLUDE.test(args[0] ?? ''));
    if (unread === undefined) edits.push(defaults);
    else
      notes.push(
        `line ${unread.line}: what \`include ${unread.args.join(' ').slice(0, 80)}\` brings is not read, so neither it nor the defaults are scaled`,
      );
  }
  return { text: applied(text, edits), notes };
}

/** The edits that divide every duration that stands in a text. Puts what could not be divided into `notes`. */
export function durationEdits(text: string, factor: number, notes: string[]): readonly Edit[] {
  const starts = lineStarts(text);
  return everyDirective(parseConfig(text)).flatMap((directive) => {
    const at = (starts[directive.line - 1] ?? 0) + directive.column - 1;
    return SCALED.has(directive.name) && directive.block === null ? scaleDirective(text, directive, { factor, notes, at }) : [];
  });
}

/** The edit that writes the defaults which no line of a block sets behind its `{`, divided. */
export function defaultsEdit(text: string, block: Directive, factor: number): Edit | null {
  const defaults = block.name === 'http' ? HTTP_DURATIONS : block.name === 'stream' ? STREAM_DURATIONS : null;
  if (defaults === null || block.block === null) return null;
  const open = text.indexOf('{', (lineStarts(text)[block.line - 1] ?? 0) + block.column - 1);
  return { from: open + 1, to: open + 1, text: missing(block, defaults, factor) };
}

const everyDirective = (directives: readonly Directive[]): readonly Directive[] =>
  directives.flatMap((directive) => [directive, ...everyDirective(directive.block ?? [])]);

const lineStarts = (text: string): readonly number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];

const missing = ({ block }: Directive, defaults: readonly NginxDuration[], factor: number): string =>
  defaults
    .filter(({ name }) => block?.every((directive) => directive.name !== name) ?? false)
    .map(({ name, defaultMs }) => ` ${name} ${written(defaultMs / factor)};`)
    .join('');

/** The arguments of a directive that are times: quoted or not, with comments between them left out. */
function scaleDirective(
  text: string,
  { name, args, line }: Directive,
  { factor, notes, at }: { readonly factor: number; readonly notes: string[]; readonly at: number },
): readonly Edit[] {
  const parts = [...text.slice(at + name.length, at + name.length + 1000).matchAll(/"[^"]*"|'[^']*'|#[^\n]*|;|[^\s;"']+/g)];
  const end = parts.findIndex(([part]) => part === ';');
  const words = parts.slice(0, end).filter(([part]) => !part.startsWith('#'));
  // The second argument of keepalive_timeout is what a header tells the client, in whole seconds.
  return words.slice(0, 1).flatMap((word) => {
    const quote = /^["']/.exec(word[0])?.[0] ?? '';
    const limitMs = milliseconds(quote === '' ? word[0] : word[0].slice(1, -1));
    if (limitMs === null) notes.push(`line ${line}: \`${name} ${args.join(' ').slice(0, 80)}\` is no plain time and stays as it is`);
    if (limitMs === null || limitMs === 0) return [];
    const from = at + name.length + word.index;
    return [{ from, to: from + word[0].length, text: `${quote}${written(limitMs / factor)}${quote}` }];
  });
}

const written = (ms: number): string => `${Math.max(1, Math.round(ms))}ms`;

/** A text with its edits made. They may not overlap. */
export function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { from, to, text: by } of edits.toSorted((a, b) => b.from - a.from)) result = result.slice(0, from) + by + result.slice(to);
  return result;
}
