import type { ConfigTree, ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import type { Script } from './script-values.ts';

const READ = /\breadFile(?:Sync)?\s*\(\s*((?:[^()\n]|\([^()\n]{0,200}\)){1,200})/g;
const IMPORT = /\b(?:require\(\s*|from\s*|import\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]{1,300})\1/g;
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.json', '/index.js', '/index.ts'];

/** Files that a script reads or imports from beside it. */
export function scriptFiles({ source: { code }, values, at }: Script, tree: ConfigTree): readonly ExpectedFile[] {
  const folder = tree.main.slice(0, tree.main.lastIndexOf('/'));
  const read = [...code.matchAll(READ)].flatMap((match): readonly ExpectedFile[] => {
    const argument = match[1] ?? '';
    const isBeside = /__dirname|import\.meta\./.test(argument);
    const literal = /(['"`])([^'"`$\n]+)\1/.exec(argument)?.[2] ?? values.valueOf(argument);
    if (literal === null || literal === '' || /^utf-?8$/i.test(literal)) return [];
    const path = normal(literal, isBeside ? folder : tree.workingFolder);
    return [{ path, kind: kindOf(path), names: [], isOptional: false, place: at(match.index) }];
  });
  const imported = [...code.matchAll(IMPORT)].flatMap((match): readonly ExpectedFile[] => {
    const path = normal(match[2] ?? '', folder);
    const isThere = ENDINGS.some((ending) => tree.files.has(`${path}${ending}`));
    return isThere ? [] : [{ path, kind: 'include', names: [], isOptional: false, place: at(match.index) }];
  });
  return [...read, ...imported];
}

/** What a file is, by its name. */
export function kindOf(path: string): ExpectedFileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/dh.?param/i.test(name)) return 'dh-parameters';
  if (!/\.(?:pem|crt|cert|cer|key)$/i.test(name)) return 'other';
  if (/key/i.test(name)) return 'key';
  return /^(?:ca|root)\b|[._-]ca[._-]|chain\.pem$/i.test(name) && !/fullchain/i.test(name) ? 'authority' : 'certificate';
}

function normal(path: string, folder: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
