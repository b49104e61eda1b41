import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { ErrorCode, SourcePlace } from '../errors.ts';
import { type Problem, quoted, throwProblems } from './problem.ts';

/** An alias costs nothing by itself (the format is not recursive), but nobody writes this many by hand. */
const MAX_ALIASES = 1000;
const TOO_DEEP = 'collections nested too deeply';

/** A YAML document that knows where everything stands and collects what is wrong with it. */
export class SpecDocument {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  /** Throws SPEC_ERR_UNREADABLE for text that is not one YAML document, with all the syntax errors. */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#document = this.#parse(text);
    this.#reportSyntax();
    this.#boundAliases();
  }

  get root(): Node | null {
    return this.resolve(this.#document.contents);
  }

  /** Follows aliases; a value that is empty (YAML null) is null. */
  resolve(node: unknown): Node | null {
    if (!isNode(node)) return null;
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined)
        this.report('SPEC_ERR_UNREADABLE', `expected an anchor &${node.source} before the alias *${node.source}, got none`, node);
      return target ?? null;
    }
    return isScalar(node) && node.value === null ? null : node;
  }

  place(node: Node | null): SourcePlace {
    return this.#placeAt(node?.range?.[0] ?? 0);
  }

  report(code: ErrorCode, message: string, node: Node | null): void {
    this.problems.push({ code, message, place: this.place(node) });
  }

  #parse(text: string): Document.Parsed {
    try {
      // The library's own check of unique keys compares every key with every other: SpecMap does it with a map.
      return parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throwProblems([{ code: 'SPEC_ERR_UNREADABLE', message: `expected YAML, got: ${TOO_DEEP}`, place: { file: this.#file } }]);
      throw cause;
    }
  }

  #reportSyntax(): void {
    const faults = [...this.#document.errors, ...this.#document.warnings];
    // The library reports its own stack overflow as a syntax error, and every level that is left unclosed after it.
    const overflow = faults.find(({ message }) => /stack/i.test(message));
    for (const { message, pos } of overflow === undefined ? faults : [overflow]) {
      const seen = overflow === undefined ? message : TOO_DEEP;
      this.problems.push({ code: 'SPEC_ERR_UNREADABLE', message: `expected YAML, got: ${seen}`, place: this.#placeAt(pos[0]) });
    }
    throwProblems(this.problems);
  }

  #boundAliases(): void {
    let aliases = 0;
    visit(this.#document, {
      Alias: (_, node) => {
        aliases += 1;
        if (aliases <= MAX_ALIASES) return undefined;
        this.report('SPEC_ERR_UNREADABLE', `expected at most ${String(MAX_ALIASES)} aliases, got more`, node);
        return visit.BREAK;
      },
    });
    throwProblems(this.problems);
  }

  #placeAt(offset: number): SourcePlace {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** What a node is, in words for a message: `the text 'abc'`, `a list`. */
export function describeNode(node: Node | null): string {
  if (node === null) return 'nothing';
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  return typeof value === 'number' ? `the number ${String(value)}` : String(value);
}
