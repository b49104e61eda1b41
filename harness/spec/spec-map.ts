import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { ErrorCode } from '../errors.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';
import { describeNode, type SpecDocument } from './spec-document.ts';

/** A value with the name that messages give it: `paths[2].proxies[0]`. */
export interface SpecItem {
  readonly node: Node | null;
  readonly name: string;
}

export interface TextRule {
  readonly required?: boolean;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words. */
  readonly shape?: string;
  /** Plain numbers are taken as they are written: `version: 3.0` is '3.0', not '3'. */
  readonly numberToo?: boolean;
}

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly required?: boolean;
}

/** A map of a spec file. Every read gives a value that is right or null; what is wrong is reported to the document. */
export class SpecMap {
  readonly document: SpecDocument;
  readonly name: string;
  readonly node: Node | null;
  readonly #entries = new Map<string, { readonly key: Node; readonly value: Node | null }>();

  /** `keys` null: any key. Reports a value that is no map, unknown keys and keys given twice. */
  constructor(document: SpecDocument, { node, name }: SpecItem, keys: readonly string[] | null) {
    this.document = document;
    this.name = name;
    this.node = node;
    if (node !== null && !isMap(node))
      document.report('SPEC_ERR_WRONG_TYPE', `expected ${name} to be a map, got ${describeNode(node)}`, node);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) this.#add(document.resolve(key), document.resolve(value), keys);
  }

  #add(key: Node | null, value: Node | null, keys: readonly string[] | null): void {
    const name = isScalar(key) ? String(key.value) : null;
    if (key === null || name === null) {
      this.document.report(
        'SPEC_ERR_WRONG_TYPE',
        `expected the keys of ${this.name} to be words, got ${describeNode(key)}`,
        key ?? this.node,
      );
    } else if (this.#entries.has(name)) {
      this.document.report('SPEC_ERR_DUPLICATE', `expected each key of ${this.name} once, got ${quoted(name)} again`, key);
    } else if (keys !== null && !keys.includes(name)) {
      const message = `expected the keys of ${this.name} to be among ${keys.join(', ')}, got ${quoted(name)}${suggestion(name, keys)}`;
      this.document.report('SPEC_ERR_UNKNOWN_KEY', message, key);
    } else {
      this.#entries.set(name, { key, value });
    }
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The value of a key with the name that messages give it. */
  item(key: string): SpecItem {
    return { node: this.#entries.get(key)?.value ?? null, name: this.name === 'the spec' ? key : `${this.name}.${key}` };
  }

  has(key: string): boolean {
    return this.item(key).node !== null;
  }

  /** Reports at the value of a key, or where the map starts when the key is absent. */
  report(code: ErrorCode, message: string, key?: string): void {
    const at = key === undefined ? null : this.item(key).node;
    this.document.report(code, message, at ?? this.node);
  }

  /** Reports at the key itself. */
  reportKey(code: ErrorCode, message: string, key: string): void {
    this.document.report(code, message, this.#entries.get(key)?.key ?? this.node);
  }

  map(key: string, keys: readonly string[] | null): SpecMap {
    return new SpecMap(this.document, this.item(key), keys);
  }

  text(key: string, rule: TextRule = {}): string | null {
    return textOf(this.document, this.#required(key, rule.required), rule);
  }

  number(key: string, rule: NumberRule): number | null {
    const { node, name } = this.#required(key, rule.required);
    if (node === null) return null;
    const value: unknown = isScalar(node) ? node.value : null;
    const fits = typeof value === 'number' && value >= rule.min && value <= rule.max && (rule.whole !== true || Number.isInteger(value));
    if (fits) return value;
    const kind = rule.whole === true ? 'a whole number' : 'a number';
    this.document.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${name} to be ${kind} from ${String(rule.min)} to ${String(rule.max)}, got ${describeNode(node)}`,
      node,
    );
    return null;
  }

  flag(key: string): boolean | null {
    const { node, name } = this.item(key);
    if (node === null) return null;
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    this.document.report('SPEC_ERR_WRONG_TYPE', `expected ${name} to be true or false, got ${describeNode(node)}`, node);
    return null;
  }

  choice<const T extends string>(key: string, known: readonly T[], required = false): T | null {
    return choiceOf(this.document, this.#required(key, required), known);
  }

  list(key: string, limit: number): readonly SpecItem[] {
    const { node, name } = this.item(key);
    if (node === null) return [];
    if (!isSeq(node)) {
      this.document.report('SPEC_ERR_WRONG_TYPE', `expected ${name} to be a list, got ${describeNode(node)}`, node);
      return [];
    }
    if (node.items.length > limit) {
      this.document.report(
        'SPEC_ERR_WRONG_TYPE',
        `expected ${name} to have at most ${String(limit)} entries, got ${String(node.items.length)}`,
        node,
      );
    }
    return node.items
      .slice(0, limit)
      .map((item, index) => ({ node: this.document.resolve(item) ?? (item as Node), name: `${name}[${String(index)}]` }));
  }

  #required(key: string, required = false): SpecItem {
    const item = this.item(key);
    if (required && item.node === null) {
      this.document.report(
        'SPEC_ERR_WRONG_TYPE',
        `expected ${this.name} to have the key ${quoted(key)}, got none`,
        this.#entries.get(key)?.key ?? this.node,
      );
    }
    return item;
  }
}

/** Text by its rule, or null; what is wrong is reported. */
export function textOf(document: SpecDocument, { node, name }: SpecItem, rule: TextRule = {}): string | null {
  if (node === null) return null;
  const value: unknown = isScalar(node) ? node.value : null;
  const text = typeof value === 'number' && rule.numberToo === true ? ((isScalar(node) ? node.source : null) ?? String(value)) : value;
  if (typeof text !== 'string') {
    document.report('SPEC_ERR_WRONG_TYPE', `expected ${name} to be text, got ${describeNode(node)}`, node);
    return null;
  }
  const max = rule.max ?? 200;
  if (text.trim() === '' || text.length > max) {
    document.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${name} to be text of 1 to ${String(max)} characters, got ${String(text.length)}`,
      node,
    );
    return null;
  }
  if (rule.pattern === undefined || rule.pattern.test(text)) return text;
  document.report('SPEC_ERR_WRONG_TYPE', `expected ${name} to be ${rule.shape ?? 'of another form'}, got ${quoted(text)}`, node);
  return null;
}

/** A name out of a closed set. */
export function choiceOf<const T extends string>(document: SpecDocument, item: SpecItem, known: readonly T[]): T | null {
  const text = textOf(document, item, { numberToo: true });
  if (text === null) return null;
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  document.report(
    'SPEC_ERR_UNKNOWN_NAME',
    `expected ${item.name} to be one of ${known.join(', ')}, got ${quoted(text)}${suggestion(text, known)}`,
    item.node,
  );
  return null;
}
