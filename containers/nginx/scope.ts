import type { ConfigScope } from '../../harness/model/service.ts';
import type { Directive } from './config-tree.ts';

/**
 * The blocks that a directive stands in, outermost first: `http`, `server`, `location` ... nginx looks a setting up from the
 * inside out.
 */
export type Blocks = readonly Directive[];

/** What a location matches, for messages: `location ~ ^/ws`. */
export function describeBlock(blocks: Blocks): string {
  const location = innermostLocation(blocks);
  if (location !== undefined) return `location ${location.args.join(' ')}`;
  return blocks.at(-1)?.name ?? 'the main block';
}

/**
 * The prefix of the targets that reach a block. A location with `=` counts as a prefix as well; one with a regular expression
 * only when it begins with `^` and literal characters. Undefined where no prefix can be given: another server block, a named
 * location, or a pattern that may match anywhere.
 */
export function pathPrefix(blocks: Blocks): string | undefined {
  const args = innermostLocation(blocks)?.args ?? [];
  const [modifier, pattern] = args.length > 1 ? [args[0], args[1]] : ['', args[0]];
  if (pattern === undefined) return undefined;
  if (modifier === '~' || modifier === '~*') {
    const literal = /^\^((?:[\w/-]|\\[./-])+)(?![?*{+|])/.exec(pattern)?.[1];
    return literal === undefined || modifier === '~*' || pattern.includes('|') ? undefined : literal.replaceAll('\\', '');
  }
  return pattern.startsWith('/') ? pattern : undefined;
}

/** `scope` of a config line, ready to be spread into it. */
export function scopeOf(blocks: Blocks, status?: number): { readonly scope?: ConfigScope } {
  const prefix = pathPrefix(blocks);
  if (prefix === undefined && status === undefined) return {};
  return { scope: { ...(prefix === undefined ? {} : { pathPrefix: prefix }), ...(status === undefined ? {} : { status }) } };
}

const innermostLocation = (blocks: Blocks): Directive | undefined => blocks.findLast((block) => block.name === 'location');

/** The directives of a name at the innermost level that has any: nginx's inheritance rule for lists as well as single values. */
export function effective(blocks: Blocks, name: string): readonly Directive[] {
  for (const block of blocks.toReversed()) {
    const found = namedIn(block, name);
    if (found.length > 0) return found;
  }
  return [];
}

/** Directives of blocks by name: a block with thousands of others is asked by each of them. */
const named = new WeakMap<Directive, ReadonlyMap<string, readonly Directive[]>>();

/** The directives of a name that stand in a block itself. */
export function namedIn(block: Directive, name: string): readonly Directive[] {
  const known = named.get(block) ?? Map.groupBy(block.block ?? [], (directive) => directive.name);
  named.set(block, known);
  return known.get(name) ?? [];
}

/** Where another directive stands, for messages: a line, with its file where a config of several is read. */
export function placeName({ line, file }: Directive): string {
  if (file === undefined) return `line ${line}`;
  return file.isWrapper === true ? 'in the main config around it' : `${file.label}:${line}`;
}

/** `60`, `60s`, `1m 30s`, `500ms` in milliseconds; null when it is no time of nginx's. */
export function milliseconds(text: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
  if (!/^(?:\d+(?:ms|[smhdw]|(?=\s|$))\s*)+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])?/g)) total += Number(amount) * (units[unit ?? ''] ?? 0);
  return total;
}
