import type { Directive } from './config-tree.ts';
import { matches, type StepBudget } from './matches-pattern.ts';
import { parsePattern, type Pattern } from './pattern.ts';
import type { Blocks } from './scope.ts';

/** A location block that a request can reach. */
export interface Location {
  readonly kind: 'exact' | 'prefix' | 'expression';
  readonly text: string;
  readonly ignoreCase: boolean;
  /** Null: a prefix, or an expression that is not understood, which counts as matching nothing. */
  readonly pattern: Pattern | null;
  /** `^~`: expressions are not asked. */
  readonly isLast: boolean;
  /** From `http` to the location itself. */
  readonly blocks: Blocks;
  readonly inner: readonly Location[];
}

/** The locations inside a block, without named ones. */
export const locationsOf = (blocks: Blocks): readonly Location[] =>
  (blocks.at(-1)?.block ?? []).flatMap((directive): readonly Location[] => {
    if (directive.name !== 'location' || directive.block === null) return [];
    const location = readLocation(directive, [...blocks, directive]);
    return location === null ? [] : [location];
  });

/** https://nginx.org/en/docs/http/ngx_http_core_module.html#location; a modifier may stand against its pattern. */
function readLocation({ args }: Directive, blocks: Blocks): Location | null {
  const joined = /^(=|\^~|~\*|~)?(.*)$/s.exec(args[0] ?? '') ?? [];
  const modifier = joined[1] ?? '';
  const text = args.length > 1 ? (args[1] ?? '') : (joined[2] ?? '');
  if (text.startsWith('@')) return null;
  const isExpression = modifier.startsWith('~');
  const ignoreCase = modifier === '~*';
  return {
    kind: isExpression ? 'expression' : modifier === '=' ? 'exact' : 'prefix',
    text,
    ignoreCase,
    pattern: isExpression ? parsePattern(text, ignoreCase) : null,
    isLast: modifier === '^~',
    blocks,
    inner: locationsOf(blocks),
  };
}

/**
 * The location that a path reaches: the exact one, else the longest prefix and what is inside it, unless an expression matches, of which the
 * first wins (ngx_http_core_find_location). Null: the server block itself.
 */
export const locationFor = (locations: readonly Location[], path: string, budget?: StepBudget): Location | null =>
  choose(locations, path, budget)?.location ?? null;

interface Choice {
  readonly location: Location;
  readonly isFinal: boolean;
}

function choose(locations: readonly Location[], path: string, budget: StepBudget | undefined): Choice | null {
  const exact = locations.find(({ kind, text }) => kind === 'exact' && text === path);
  if (exact !== undefined) return { location: exact, isFinal: true };
  const [prefix] = locations
    .filter(({ kind, text }) => kind === 'prefix' && path.startsWith(text))
    .toSorted((a, b) => b.text.length - a.text.length);
  const inside = prefix === undefined ? null : choose(prefix.inner, path, budget);
  if (inside?.isFinal === true) return inside;
  if (prefix?.isLast !== true) {
    const matched = locations.find(({ pattern }) => pattern !== null && matches(pattern, path, budget));
    if (matched !== undefined) return { location: choose(matched.inner, path, budget)?.location ?? matched, isFinal: true };
  }
  if (inside !== null) return inside;
  return prefix === undefined ? null : { location: prefix, isFinal: false };
}

/** All locations, those inside others too. */
export const everyLocation = (locations: readonly Location[]): readonly Location[] =>
  locations.flatMap((location) => [location, ...everyLocation(location.inner)]);
