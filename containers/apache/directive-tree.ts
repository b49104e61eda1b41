import type { ConfigFile, ConfigPlace, ConfigTree, ExpectedFile } from '../../harness/model/surroundings.ts';
import { readDirectives, type Directive, type RawDirective } from './directives.ts';
import { filesMatching } from '../files-matching.ts';

/** All directives of a config, includes followed and conditions decided; sections that only hold a condition are taken away. */
export interface DirectiveTree {
  readonly directives: readonly Directive[];
  readonly serverRoot: string;
  /** What `Include` names. */
  readonly includes: readonly ExpectedFile[];
  /** `${NAME}` that nothing defines, with the first place of each. */
  readonly undefinedNames: ReadonlyMap<string, ConfigPlace>;
  readonly doubts: readonly { readonly because: string; readonly place: ConfigPlace }[];
}

/** What Debian's /etc/apache2/envvars exports: every world of Apache has these. */
const DEBIAN_VARIABLES: Readonly<Record<string, string>> = {
  APACHE_RUN_USER: 'www-data',
  APACHE_RUN_GROUP: 'www-data',
  APACHE_PID_FILE: '/run/apache2/apache2.pid',
  APACHE_RUN_DIR: '/run/apache2',
  APACHE_LOCK_DIR: '/var/lock/apache2',
  APACHE_LOG_DIR: '/var/log/apache2',
};

const DEFAULT_ROOT = '/etc/apache2';
const MAX_DIRECTIVES = 50_000;
const MAX_DEPTH = 32;
const MAX_VALUE = 4096;
/** Conditions that Debian's program with its usual modules, or nothing that can be known, fulfils. */
const TRANSPARENT = new Set(['if', 'elseif', 'else', 'ifversion', 'limit', 'limitexcept', 'requireall', 'requireany', 'requirenone']);

/** Reads a config from its main file on. Never throws; bounded in depth and number. */
export const readDirectiveTree = (tree: ConfigTree): DirectiveTree => new TreeReader(tree).read();

class TreeReader {
  readonly #tree: ConfigTree;
  readonly #variables: Map<string, string>;
  readonly #undefined = new Map<string, ConfigPlace>();
  readonly #includes: ExpectedFile[] = [];
  readonly #doubts: { because: string; place: ConfigPlace }[] = [];
  readonly #flags = new Set<string>();
  #serverRoot = DEFAULT_ROOT;
  #count = 0;

  constructor(tree: ConfigTree) {
    this.#tree = tree;
    this.#variables = new Map([...Object.entries(DEBIAN_VARIABLES), ...Object.entries(tree.env)]);
  }

  read(): DirectiveTree {
    const main = this.#tree.files.get(this.#tree.main);
    const directives = main === undefined ? [] : this.#file(main, [main.path]);
    return {
      directives,
      serverRoot: this.#serverRoot,
      includes: this.#includes,
      undefinedNames: this.#undefined,
      doubts: this.#doubts,
    };
  }

  #file(file: ConfigFile, stack: readonly string[]): readonly Directive[] {
    const raw = readDirectives(file.text);
    return this.#block({ raw, at: 0, file, stack, depth: stack.length });
  }

  #block(cursor: Cursor): readonly Directive[] {
    const found: Directive[] = [];
    while (cursor.at < cursor.raw.length && this.#count < MAX_DIRECTIVES) {
      const raw = cursor.raw[cursor.at++];
      if (raw === undefined || raw.kind === 'close') break;
      this.#count++;
      const place: ConfigPlace = { file: cursor.file.label, line: raw.line, column: raw.column };
      const words = raw.words.map((word) => this.#expand(word, place));
      const name = (words[0] ?? '').toLowerCase();
      const one: Directive = { name, words, place, text: raw.text, isWrapper: cursor.file.isWrapper === true, children: null };
      found.push(...(raw.kind === 'open' ? this.#section(one, cursor) : this.#directive(one, cursor)));
    }
    return found;
  }

  #section(one: Directive, cursor: Cursor): readonly Directive[] {
    if (cursor.depth >= MAX_DEPTH) return [];
    if (one.name === 'macro') {
      this.#doubts.push({ because: `the macro \`${one.words[1] ?? ''}\` is not followed when the config is read`, place: one.place });
      skipSection(cursor);
      return [];
    }
    const taken = this.#condition(one);
    if (taken === false) {
      skipSection(cursor);
      return [];
    }
    const inner: Cursor = { ...cursor, depth: cursor.depth + 1 };
    const children = this.#block(inner);
    cursor.at = inner.at;
    return taken === null ? [{ ...one, children }] : children;
  }

  /** Null: the section is none that holds a condition. Every module of Debian's package is taken to be there. */
  #condition({ name, words }: Directive): boolean | null {
    const asked = words[1] ?? '';
    if (name === 'ifmodule') return !asked.startsWith('!');
    if (name === 'ifdefine') return asked.startsWith('!') ? !this.#flags.has(asked.slice(1)) : this.#flags.has(asked);
    if (name === 'iffile') return asked.startsWith('!') ? !this.#tree.files.has(asked.slice(1)) : this.#tree.files.has(asked);
    return TRANSPARENT.has(name) ? true : null;
  }

  #directive(one: Directive, cursor: Cursor): readonly Directive[] {
    const [, argument = '', value = ''] = one.words;
    if (one.name === 'include' || one.name === 'includeoptional') return this.#include(one, argument, cursor);
    if (one.name === 'define') {
      this.#flags.add(argument);
      this.#variables.set(argument, value.slice(0, MAX_VALUE));
    } else if (one.name === 'undefine') {
      this.#flags.delete(argument);
      this.#variables.delete(argument);
    } else if (one.name === 'serverroot' && argument.startsWith('/')) this.#serverRoot = argument.replace(/(?<=.)\/+$/, '');
    return [one];
  }

  #include({ name, place, isWrapper }: Directive, argument: string, cursor: Cursor): readonly Directive[] {
    const path = argument.startsWith('/') ? argument : `${this.#serverRoot}/${argument}`;
    const files = filesMatching(path, this.#tree.files);
    if (!isWrapper) this.#includes.push({ path, kind: 'include', names: [], isOptional: name === 'includeoptional', place });
    if (cursor.stack.length >= MAX_DEPTH) return [];
    return files.filter((file) => !cursor.stack.includes(file.path)).flatMap((file) => this.#file(file, [...cursor.stack, file.path]));
  }

  #expand(word: string, place: ConfigPlace): string {
    return word
      .replace(/\$\{([^{}$]{1,100})\}/g, (whole, name: string) => {
        const value = this.#variables.get(name);
        // `${map:key}` in mod_rewrite is another thing.
        if (value === undefined && /^\w+$/.test(name) && !this.#undefined.has(name)) this.#undefined.set(name, place);
        return value ?? whole;
      })
      .slice(0, MAX_VALUE);
  }
}

interface Cursor {
  readonly raw: readonly RawDirective[];
  at: number;
  readonly file: ConfigFile;
  /** Paths of the files that are being included. */
  readonly stack: readonly string[];
  readonly depth: number;
}

function skipSection(cursor: Cursor): void {
  for (let open = 1; open > 0 && cursor.at < cursor.raw.length; ) {
    const kind = cursor.raw[cursor.at++]?.kind;
    if (kind === 'open') open++;
    else if (kind === 'close') open--;
  }
}
