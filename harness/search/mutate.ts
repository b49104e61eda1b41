import type { Mutant } from '../model/search-results.ts';
import type { ConfigLine } from '../model/service.ts';
import type { ConfigFile, ConfigTree } from '../model/surroundings.ts';
import { allParts, type ConfigPart, partsOf, withoutParts } from './config-parts.ts';
import { APACHE_DIRECTIVES } from './mutations/apache.ts';
import { CADDY_DIRECTIVES } from './mutations/caddy.ts';
import { HAPROXY_DIRECTIVES } from './mutations/haproxy.ts';
import { type MutableDirective, shortened } from './mutations/mutation.ts';
import { NGINX_DIRECTIVES } from './mutations/nginx.ts';
import { NODE_DIRECTIVES } from './mutations/node-proxy.ts';

/** By service. Of others only the lines are altered that the service itself names. */
const DIRECTIVES: Readonly<Record<string, readonly MutableDirective[]>> = {
  haproxy: HAPROXY_DIRECTIVES,
  nginx: NGINX_DIRECTIVES,
  caddy: CADDY_DIRECTIVES,
  apache: APACHE_DIRECTIVES,
  'node-proxy': NODE_DIRECTIVES,
};

/**
 * Configs with one WebSocket-relevant directive left out or altered, in the order of the config: directives of the tables of
 * `mutations/`, and every line that the service read a meaning out of. No two have the same text.
 */
export function mutantsOf(tree: ConfigTree, lines: readonly ConfigLine[], service: string): readonly Mutant[] {
  const table = DIRECTIVES[service] ?? [];
  const mutants: Mutant[] = [];
  const texts = new Set([textKey(tree)]);
  const add = (part: ConfigPart, title: string, grounds: Grounds, mutated: ConfigTree): void => {
    const key = textKey(mutated);
    if (texts.has(key)) return;
    texts.add(key);
    const place = { file: part.file, line: part.from, column: columnOf(tree, part) };
    mutants.push({ id: `mutant-${mutants.length + 1}`, title, place, because: grounds.because, source: grounds.source, tree: mutated });
  };
  for (const part of allParts(partsOf(tree, service).top)) {
    const directive = part.kind === 'statement' ? table.find(({ matches }) => matches.test(part.text)) : undefined;
    const line = lines.find((one) => isAt(part, one));
    const grounds = directive ?? (line === undefined ? undefined : groundsOf(line));
    if (grounds === undefined) continue;
    const words = quoted(part.text);
    if (grounds.isKept !== true) add(part, `${words} removed`, grounds, withoutParts(tree, [part]));
    for (const alter of part.kind === 'block' ? [] : (grounds.alter ?? [])) {
      const altered = alter(rawOf(tree, part));
      if (altered !== null) add(part, `${words} is now ${quoted(altered)}`, grounds, withRaw(tree, part, altered));
    }
  }
  return mutants;
}

type Grounds = Pick<MutableDirective, 'because' | 'source' | 'alter' | 'isKept'>;

/** A default has no line of its own; a block that one applies in is not what is meant. */
const isAt = (part: ConfigPart, { file, line, isDefault }: ConfigLine): boolean =>
  isDefault !== true &&
  line === part.from &&
  (file === part.file || file === part.path || part.path.endsWith(`/${file}`)) &&
  part.kind !== 'file';

const groundsOf = ({ explanation, symptom, limitMs }: ConfigLine): Grounds => ({
  because: explanation,
  source: `read out of the config as ${symptom}`,
  ...(limitMs === undefined ? {} : { alter: [shortened('s')] }),
});

/** Longer ones are not read in a title. */
const MOST_WORDS = 100;

function quoted(text: string): string {
  const line = text.trim().split('\n')[0]?.replace(/\s+/g, ' ').trim() ?? '';
  return `\`${line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line}\``;
}

function rawOf(tree: ConfigTree, { path, spans }: ConfigPart): string {
  const [span] = spans;
  return span === undefined ? '' : (tree.files.get(path)?.text.slice(span.start, span.end) ?? '');
}

function withRaw(tree: ConfigTree, { path, spans }: ConfigPart, raw: string): ConfigTree {
  const [file, span] = [tree.files.get(path), spans[0]];
  if (file === undefined || span === undefined) return tree;
  const altered: ConfigFile = { ...file, text: `${file.text.slice(0, span.start)}${raw}${file.text.slice(span.end)}` };
  return { ...tree, files: new Map([...tree.files, [path, altered]]) };
}

function columnOf(tree: ConfigTree, part: ConfigPart): number {
  const text = tree.files.get(part.path)?.text ?? '';
  const start = part.spans[0]?.start ?? 0;
  const indent = rawOf(tree, part).length - rawOf(tree, part).trimStart().length;
  return start + indent - (text.lastIndexOf('\n', start - 1) + 1) + 1;
}

const textKey = (tree: ConfigTree): string => [...tree.files].map(([path, { text }]) => `${path}\0${text}`).join('\0');
