import type { Directive } from './config-tree.ts';
import type { Placed } from './placed.ts';

const MAX_VALUES = 16;
const MAX_ROUNDS = 4;
const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/;
/** Entries of a `map` that are no pairs. */
const OPTIONS = new Set(['hostnames', 'volatile', 'include']);

/** What `set` and `map` may put into each variable, by its name without the dollar sign. */
export function variableValues(everything: readonly Placed[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const add = (variable: string, value: string): void => {
    const name = variable.replace(/^\$/, '');
    const known = values.get(name) ?? [];
    if (!known.includes(value)) known.push(value);
    values.set(name, known);
  };
  for (const { directive } of everything) {
    const { name, args } = directive;
    if (name === 'set' && args.length === 2) add(args[0] ?? '', args[1] ?? '');
    if (name === 'map' && args.length === 2) for (const value of mapValues(directive)) add(args[1] ?? '', value);
  }
  return values;
}

const mapValues = ({ block }: Directive): readonly string[] =>
  (block ?? []).flatMap(({ name, args }) => (OPTIONS.has(name) || args[0] === undefined ? [] : [args[0]]));

/** The texts that one with variables may become; variables that nothing sets stay. At most a few. */
export function expandVariables(text: string, values: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let texts: readonly string[] = [text];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = texts.flatMap((one) => expandOnce(one, values)).slice(0, MAX_VALUES);
    if (next.every((one, index) => one === texts[index])) break;
    texts = next;
  }
  return [...new Set(texts)];
}

function expandOnce(text: string, values: ReadonlyMap<string, readonly string[]>): readonly string[] {
  for (const found of text.matchAll(new RegExp(VARIABLE, 'g'))) {
    const known = values.get(found[1] ?? found[2] ?? '');
    if (known !== undefined) return known.map((value) => text.slice(0, found.index) + value + text.slice(found.index + found[0].length));
  }
  return [text];
}
