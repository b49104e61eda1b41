import type { ConfigFile, ConfigPlace, ConfigTree, ExpectedFile, Surroundings } from '../../harness/model/surroundings.ts';
import { filesMatching } from '../files-matching.ts';
import { readTokens, type Token } from './tokens.ts';

/** A line of a Caddyfile with the block that it opens. Snippets and imports are put in. */
export interface Node {
  readonly words: readonly string[];
  readonly place: ConfigPlace;
  readonly isWrapper: boolean;
  readonly children: readonly Node[] | null;
}

export interface Caddyfile {
  /** Lines of the global options block. */
  readonly options: readonly Node[];
  /** Blocks whose words are site addresses. */
  readonly sites: readonly Node[];
  readonly includes: readonly ExpectedFile[];
  readonly variables: Surroundings['variables'];
  readonly doubts: Surroundings['doubts'];
}

const MAX_DEPTH = 24;
const MAX_NODES = 50_000;

/** Reads a Caddyfile from its main file on. Never throws; bounded in depth and number. */
export const readCaddyfile = (tree: ConfigTree): Caddyfile => new CaddyfileReader(tree).read();

class CaddyfileReader {
  readonly #tree: ConfigTree;
  readonly #snippets = new Map<string, Node>();
  readonly #includes: ExpectedFile[] = [];
  readonly #variables: { name: string; fallback: string | null; place: ConfigPlace }[] = [];
  readonly #doubts: { because: string; place: ConfigPlace | null }[] = [];
  #count = 0;

  constructor(tree: ConfigTree) {
    this.#tree = tree;
  }

  read(): Caddyfile {
    const main = this.#tree.files.get(this.#tree.main);
    const top = main === undefined ? [] : this.#top(this.#parse(main), main, 0);
    return {
      options: top.flatMap(({ words, children }) => (words.length === 0 ? (children ?? []) : [])),
      sites: top.filter(({ words }) => words.length > 0 && !/^[(&]/.test(words[0] ?? '')),
      includes: this.#includes,
      variables: this.#variables,
      doubts: this.#doubts,
    };
  }

  /** Blocks of a file, what it imports at the top put in. Snippets are known from their own line on, as in Caddy. */
  #top(nodes: readonly Node[], file: ConfigFile, depth: number): readonly Node[] {
    return nodes.flatMap((node) => {
      const name = /^\(([^()]+)\)$/.exec(node.words[0] ?? '')?.[1];
      if (name !== undefined) this.#snippets.set(name, node);
      if (node.words[0] !== 'import' || node.children !== null) return [this.#filled(node, file, depth)];
      const imported = this.#imported(node, file);
      if (depth >= MAX_DEPTH || this.#count > MAX_NODES) return [];
      if ('snippet' in imported) return this.#body(imported.snippet, node, file, depth);
      return imported.files.flatMap((one) => this.#top(this.#parse(one), one, depth + 1));
    });
  }

  #filled(node: Node, file: ConfigFile, depth: number): Node {
    if (node.children === null || node.words[0]?.startsWith('(') === true) return node;
    return { ...node, children: node.children.flatMap((child) => this.#line(child, file, depth)) };
  }

  #line(node: Node, file: ConfigFile, depth: number): readonly Node[] {
    // A snippet that imports itself several times would never end.
    if (depth >= MAX_DEPTH || this.#count > MAX_NODES) return [];
    this.#count++;
    if (node.words[0] !== 'import') return [this.#filled(node, file, depth + 1)];
    const imported = this.#imported(node, file);
    if ('snippet' in imported) return this.#body(imported.snippet, node, file, depth);
    return imported.files.flatMap((one) => this.#parse(one).flatMap((child) => this.#line(child, one, depth + 1)));
  }

  #body(snippet: Node, { words }: Node, file: ConfigFile, depth: number): readonly Node[] {
    const given = words.slice(2);
    if (this.#count > MAX_NODES) return [];
    return (snippet.children ?? []).flatMap((child) => this.#line(withArguments(child, given), file, depth + 1));
  }

  #imported(node: Node, file: ConfigFile): { readonly snippet: Node } | { readonly files: readonly ConfigFile[] } {
    const name = node.words[1] ?? '';
    const snippet = this.#snippets.get(name);
    if (snippet !== undefined) return { snippet };
    const path = resolve(name, file.path);
    const files = filesMatching(path, this.#tree.files).filter((one) => one.path !== file.path);
    const isOptional = /[*?[]/.test(name);
    if (!file.isWrapper) this.#includes.push({ path, kind: 'include', names: [], isOptional, place: node.place });
    return { files };
  }

  #parse(file: ConfigFile): readonly Node[] {
    const { tokens, variables, heredocLine } = readTokens(file.text, this.#tree.env);
    const at = (line: number, column: number): ConfigPlace => ({ file: file.label, line, column });
    for (const { name, fallback, line, column } of variables)
      if (!this.#variables.some((one) => one.name === name)) this.#variables.push({ name, fallback, place: at(line, column) });
    for (const token of tokens) this.#runtimeVariables(token, at(token.line, token.column));
    if (heredocLine !== null)
      this.#doubts.push({ because: 'heredocs are only known from Caddy 2.7 on, and are not read here', place: at(heredocLine, 1) });
    const { nodes } = this.#block(tokens, 0, file, 0);
    return isBare(nodes) ? withBraces(nodes) : nodes;
  }

  /** `{env.NAME}` is looked up when it is used. */
  #runtimeVariables({ text }: Token, place: ConfigPlace): void {
    for (const [, name = ''] of text.matchAll(/\{env\.(\w{1,100})\}/g))
      if (!this.#variables.some((one) => one.name === name)) this.#variables.push({ name, fallback: null, place });
  }

  #block(
    tokens: readonly Token[],
    from: number,
    file: ConfigFile,
    depth: number,
  ): { readonly nodes: readonly Node[]; readonly next: number } {
    const nodes: Node[] = [];
    let at = from;
    while (at < tokens.length && this.#count < MAX_NODES) {
      this.#count++;
      const first = tokens[at];
      if (first === undefined) break;
      if (first.text === '}' && !first.isQuoted) return { nodes, next: at + 1 };
      const words: string[] = [];
      let opens = false;
      // Addresses of a site go on in the next line behind a comma.
      for (let isNext = true; isNext && at < tokens.length; at++) {
        const token = tokens[at];
        if (token === undefined) break;
        opens = token.text === '{' && !token.isQuoted;
        if (!opens) words.push(token.text);
        const next = tokens[at + 1];
        const goesOn =
          next !== undefined && (!next.isFirst || (depth === 0 && words.at(-1)?.endsWith(',') === true) || isBrace(next, depth));
        isNext = !opens && goesOn && !(next.text === '}' && !next.isQuoted);
      }
      const inner = opens && depth < MAX_DEPTH ? this.#block(tokens, at, file, depth + 1) : null;
      at = inner?.next ?? at;
      const place = { file: file.label, line: first.line, column: first.column };
      nodes.push({ words, place, isWrapper: file.isWrapper === true, children: inner?.nodes ?? null });
    }
    return { nodes, next: at };
  }
}

/** At the top a brace may stand in a line of its own. */
const isBrace = (token: Token, depth: number): boolean => depth === 0 && token.text === '{' && !token.isQuoted;

/** A file of one site may leave its braces out: the first line are the addresses. */
function isBare(nodes: readonly Node[]): boolean {
  const rest = nodes.filter(
    ({ words, children }) => words.length > 0 && !(words[0] === 'import' && children === null) && !/^[(&]/.test(words[0] ?? ''),
  );
  return rest.length > 1 && rest[0]?.children === null && /[.:/]|^localhost$/.test(rest[0].words[0] ?? '');
}

function withBraces(nodes: readonly Node[]): readonly Node[] {
  const at = nodes.findIndex(({ words }) => words.length > 0 && words[0] !== 'import' && !/^[(&]/.test(words[0] ?? ''));
  const site = nodes[at];
  return site === undefined ? nodes : [...nodes.slice(0, at), { ...site, children: nodes.slice(at + 1) }];
}

/** `{args.0}` and, from 2.7 on, `{args[0]}`. */
function withArguments(node: Node, given: readonly string[]): Node {
  const words = node.words.map((word) =>
    word.replace(/\{args(?:\.(\d{1,2})|\[(\d{1,2})\])\}/g, (whole, old?: string, now?: string) => given[Number(old ?? now)] ?? whole),
  );
  return { ...node, words, children: node.children?.map((child) => withArguments(child, given)) ?? null };
}

function resolve(name: string, importer: string): string {
  const parts: string[] = [];
  const whole = name.startsWith('/') ? name : `${importer.slice(0, importer.lastIndexOf('/'))}/${name}`;
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
