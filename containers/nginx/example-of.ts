import { matches } from './matches-pattern.ts';
import { parsePattern, type Pattern, type PatternItem } from './pattern.ts';

/** The nicest first. */
const CANDIDATES = [...'ax1w/0-_.bcdefghijklmnopqrstuvyz', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];
const MAX_EXAMPLE = 200;
/** Alternatives that are looked at for a preferred one. */
const MAX_OPTIONS = 50;

/**
 * A short request path that a regular expression of a location matches: `/api/v1/websocket` for `/api/v[0-9]+/(users/)?websocket$`. Of
 * alternatives one that `prefers` matches is taken. Null where none was found. Checked against the expression, and bounded.
 */
export function exampleOf(source: string, ignoreCase: boolean, prefers: (text: string) => boolean = () => false): string | null {
  const pattern = parsePattern(source, ignoreCase);
  if (pattern === null) return null;
  const made = optionsOf(pattern, prefers);
  if (made === null) return null;
  const tried = [made, made.startsWith('.') ? `/a${made}` : `/${made}`, `/a${made}`, `${made}/a`, `/a/${made}`].filter(
    (path) => /^\/[!-~]*$/.test(path) && !/[#?%]/.test(path),
  );
  return tried.find((path) => path.length <= MAX_EXAMPLE && matches(pattern, path)) ?? null;
}

function optionsOf(pattern: Pattern, prefers: (text: string) => boolean): string | null {
  const made = pattern.slice(0, MAX_OPTIONS).flatMap((sequence) => sequenceOf(sequence, prefers) ?? []);
  return made.find(prefers) ?? made[0] ?? null;
}

function sequenceOf(sequence: readonly PatternItem[], prefers: (text: string) => boolean): string | null {
  let text = '';
  for (const item of sequence) {
    const part = itemOf(item, prefers);
    if (part === null || text.length + part.length > MAX_EXAMPLE) return null;
    text += part;
  }
  return text;
}

function itemOf(item: PatternItem, prefers: (text: string) => boolean): string | null {
  if (item.kind === 'set') return CANDIDATES.find(item.has) ?? null;
  if (item.kind === 'group') return item.look === 'none' ? optionsOf(item.options, prefers) : '';
  if (item.kind !== 'repeat') return '';
  const once = itemOf(item.item, prefers);
  if (once === null) return item.min === 0 ? '' : null;
  const isWanted = item.min === 0 && item.max > 0 && prefers(once);
  return once.repeat(isWanted ? 1 : item.min);
}
