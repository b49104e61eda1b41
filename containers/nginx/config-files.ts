import type { ConfigFile, ConfigTree } from '../../harness/model/surroundings.ts';
import { type Directive, parseConfig } from './config-tree.ts';
import { isPattern, matchesPattern } from './include-pattern.ts';
import { isOfPackage, PROXY_PARAMS } from './package-files.ts';
import { resolvePath } from './resolve-path.ts';

/** An `include` that brought nothing: `path` is absolute, `inside` the name of the block that it stands in. */
export interface AbsentInclude {
  readonly directive: Directive;
  readonly path: string;
  readonly inside: string | null;
}

/** A config of several files as one. */
export interface ExpandedConfig {
  readonly main: readonly Directive[];
  readonly absent: readonly AbsentInclude[];
}

const MAX_DEPTH = 16;
const MAX_INCLUDED = 2000;
const MAX_DIRECTIVES = 200_000;

/** The directives of a config, each `include` replaced by what it brings. Never throws. */
export const parseTree = (tree: ConfigTree): readonly Directive[] => expandTree(tree).main;

/**
 * Puts what each `include` brings into the block where it stands (https://nginx.org/en/docs/ngx_core_module.html#include): a relative name
 * is taken from the folder of the main config, the matches of a pattern come in the order of their names. A file that includes itself, and
 * what is beyond any sane depth or number, brings nothing. A literal `include` of a file that is not there stays as it is.
 */
export function expandTree(tree: ConfigTree): ExpandedConfig {
  const expansion = new Expansion(tree);
  const main = tree.files.get(tree.main);
  return { main: main === undefined ? [] : expansion.fileAt(main, [], null), absent: expansion.absent };
}

class Expansion {
  readonly absent: AbsentInclude[] = [];
  readonly #tree: ConfigTree;
  readonly #parsed = new Map<string, readonly Directive[]>();
  #included = 0;
  #directives = 0;

  constructor(tree: ConfigTree) {
    this.#tree = tree;
  }

  fileAt(file: ConfigFile, stack: readonly string[], inside: string | null): readonly Directive[] {
    if (stack.includes(file.path) || stack.length >= MAX_DEPTH || this.#included >= MAX_INCLUDED) return [];
    this.#included += 1;
    const parsed = this.#parsed.get(file.path) ?? parseConfig(file.text);
    this.#parsed.set(file.path, parsed);
    return this.#expand(parsed, file, [...stack, file.path], inside);
  }

  #expand(level: readonly Directive[], file: ConfigFile, stack: readonly string[], inside: string | null): readonly Directive[] {
    return level.flatMap((one): readonly Directive[] => {
      this.#directives += 1;
      if (this.#directives > MAX_DIRECTIVES) return [];
      const directive = { ...one, file };
      if (one.block !== null) return [{ ...directive, block: this.#expand(one.block, file, stack, one.name) }];
      return one.name === 'include' && one.args.length === 1 ? this.#include(directive, stack, inside) : [directive];
    });
  }

  #include(directive: Directive, stack: readonly string[], inside: string | null): readonly Directive[] {
    const path = resolvePath(directive.args[0] ?? '', this.#tree.main);
    const files = isPattern(path)
      ? [...this.#tree.files.values()].filter((file) => matchesPattern(path, file.path)).toSorted((a, b) => (a.path < b.path ? -1 : 1))
      : [this.#tree.files.get(path) ?? (path.endsWith('/proxy_params') ? PROXY_PARAMS : undefined)].filter((file) => file !== undefined);
    if (files.length > 0) return files.flatMap((file) => this.fileAt(file, stack, inside));
    if (isOfPackage(path)) return [];
    this.absent.push({ directive, path, inside });
    return isPattern(path) ? [] : [directive];
  }
}
