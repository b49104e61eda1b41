import type { Statement } from './config-statements.ts';

/** A `key: value` of a config in YAML, with the keys that it stands below, outermost first. */
export interface YamlLine {
  readonly key: string;
  /** Without quotes and comment; empty where the value is in the lines below. */
  readonly value: string;
  readonly above: readonly string[];
  readonly statement: Statement;
}

const MAX_CHARACTERS = 1024 * 1024;
const MAX_DEPTH = 64;
const PAIR = /^(?<indent>\s*(?:-\s+)*)(?<key>"[^"]*"|'[^']*'|[\w@./-]+)\s*:(?:\s+(?<value>.*))?$/;

/**
 * The pairs of a block-style YAML file in their order, told apart by indentation alone; what is in flow style (`{a: b}`) is the value
 * of its key. Good enough to point at lines; the program itself decides what is valid. Never throws.
 */
export function readYamlLines(text: string): readonly YamlLine[] {
  const open: { readonly indent: number; readonly key: string }[] = [];
  return text
    .slice(0, MAX_CHARACTERS)
    .split('\n')
    .flatMap((written, at): readonly YamlLine[] => {
      const { indent = '', key = '', value = '' } = PAIR.exec(written.slice(0, 4096).replace(/\s+$/, ''))?.groups ?? {};
      if (key === '') return [];
      while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent.length) open.pop();
      const above = open.map((one) => one.key);
      const name = key.replace(/^["']|["']$/g, '');
      if (open.length < MAX_DEPTH) open.push({ indent: indent.length, key: name });
      const statement: Statement = { words: [], line: at + 1, column: written.search(/\S/) + 1, text: written.trim().slice(0, 300) };
      return [{ key: name, value: bare(value), above, statement }];
    });
}

const bare = (value: string): string => {
  const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value);
  return quoted === null ? value.replace(/\s+#.*$/, '').trim() : (quoted[1] ?? quoted[2] ?? '');
};
