import { builtinModules } from 'node:module';
import type { ConfigTree } from '../../harness/model/surroundings.ts';

interface PackageUse {
  readonly name: string;
  readonly offset: number;
}

/** Packages that Hopscope has itself and gives to a script that has none of its own. */
const OURS = new Set(['http-proxy', 'http-proxy-3', 'httpxy', 'ws']);
const BUILT_IN = new Set(builtinModules);
const IMPORT = /\b(?:require\(\s*|from\s*|import\s*\(?\s*)(['"])((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"\n]*)?\1/g;

/** Packages that a program's text imports by name, Node's own left out. */
function packagesOf(code: string): readonly PackageUse[] {
  return [...code.matchAll(IMPORT)]
    .map((match) => ({ name: match[2] ?? '', offset: match.index }))
    .filter(({ name }, at, all) => !BUILT_IN.has(name) && !name.startsWith('.') && all.findIndex((one) => one.name === name) === at);
}

/**
 * Those that Hopscope has itself, as the folders in which Node finds a package from anywhere: Node looks into the `node_modules` of every
 * folder above a script (https://nodejs.org/api/modules.html#loading-from-node_modules-folders).
 */
export const knownPackages = (code: string): readonly (PackageUse & { readonly folder: string })[] =>
  packagesOf(code).flatMap((use) => (OURS.has(use.name) ? [{ ...use, folder: `/node_modules/${use.name}` }] : []));

/** Those that are neither ours nor in a package.json that came with the script. */
export function unknownPackages(code: string, tree: ConfigTree): readonly PackageUse[] {
  const listed = new Set(
    [...tree.files.values()].filter(({ path }) => path.endsWith('/package.json')).flatMap(({ text }) => dependenciesOf(text)),
  );
  return packagesOf(code).filter(({ name }) => !OURS.has(name) && !listed.has(name));
}

function dependenciesOf(text: string): readonly string[] {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null) return [];
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) => {
      const list: unknown = Reflect.get(manifest, key);
      return typeof list === 'object' && list !== null ? Object.keys(list) : [];
    });
  } catch {
    return [];
  }
}
