import { looksLikeSocketPath, pathOfPattern } from '../socket-path.ts';
import type { Node } from './caddyfile.ts';

/** A `reverse_proxy` with what requests must be to come there. */
export interface Route {
  readonly node: Node;
  /** Beginning of the paths that it takes; null: any. */
  readonly path: string | null;
  readonly host: string | null;
  /** A matcher asks for upgrade headers. */
  readonly asksForUpgrade: boolean;
}

interface Matcher {
  readonly path: string | null;
  readonly host: string | null;
  readonly asksForUpgrade: boolean;
  readonly isNegative: boolean;
}

const BLOCKS = new Set(['handle', 'handle_path', 'route', 'handle_response', 'handle_errors', 'handle_file', '@']);
const ANY: Matcher = { path: null, host: null, asksForUpgrade: false, isNegative: false };

/** Every `reverse_proxy` of a site. https://caddyserver.com/docs/caddyfile/matchers */
export function routesOf(body: readonly Node[], outer: Matcher = ANY, known: ReadonlyMap<string, Node> = new Map()): readonly Route[] {
  const named = new Map([
    ...known,
    ...body.flatMap((node) => (node.words[0]?.startsWith('@') === true ? [[node.words[0], node] as const] : [])),
  ]);
  return body.flatMap((node): readonly Route[] => {
    const [name = ''] = node.words;
    const matcher = joined(outer, matcherOf(node, named));
    if (name === 'reverse_proxy' || name === 'php_fastcgi')
      return [{ node, path: matcher.path, host: matcher.host, asksForUpgrade: matcher.asksForUpgrade }];
    return BLOCKS.has(name) && name !== 'handle_errors' ? routesOf(node.children ?? [], matcher, named) : [];
  });
}

const joined = (outer: Matcher, inner: Matcher): Matcher => ({
  path: inner.path ?? outer.path,
  host: inner.host ?? outer.host,
  asksForUpgrade: inner.asksForUpgrade || outer.asksForUpgrade,
  isNegative: false,
});

function matcherOf({ words }: Node, named: ReadonlyMap<string, Node>): Matcher {
  const [, first = ''] = words;
  if (first.startsWith('/') || first.startsWith('*/')) return { ...ANY, path: samplePath(first) };
  const definition = named.get(first);
  if (definition === undefined) return ANY;
  const rest = definition.words.slice(1);
  const lines = rest.length > 0 ? [{ words: rest, children: null }] : (definition.children ?? []);
  return lines.reduce<Matcher>((all, line) => ({ ...joined(all, testOf(line.words)) }), ANY);
}

function testOf([name = '', ...values]: readonly string[]): Matcher {
  const [first = '', second = ''] = values;
  if (name === 'path') return { ...ANY, path: samplePath(values.find((one) => looksLikeSocketPath(one)) ?? first) };
  if (name === 'path_regexp') return { ...ANY, path: pathOfPattern(second || first) };
  if (name === 'host') return { ...ANY, host: first === '' || /[{}]/.test(first) ? null : first.replace(/^\*\./, 'www.') };
  if (name === 'header' || name === 'header_regexp')
    return {
      ...ANY,
      asksForUpgrade:
        values.some((one) => /^(?:upgrade|connection)$/i.test(one)) && values.some((one) => /websocket|upgrade\*?$/i.test(one)),
    };
  return ANY;
}

/** `/ws/*` is `/ws/`, `/ws*` is `/ws`, `*\/socket` is `/socket`. */
const samplePath = (pattern: string): string => pattern.replace(/^\*+(?=\/)/, '').replace(/\*.*$/s, '') || '/';
