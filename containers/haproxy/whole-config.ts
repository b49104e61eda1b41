import type { ConfigFile, ConfigPlace, ConfigTree } from '../../harness/model/surroundings.ts';
import { OTHER_KINDS, PROXY_KINDS, readSections, readStatements, type Section, type Statement } from './config-sections.ts';
import { expandVariables, type ReadVariable } from './expand-variables.ts';

/** Any section of a config, whatever its kind. */
export interface Block {
  readonly kind: string;
  readonly name: string;
  readonly head: Statement;
  readonly own: readonly Statement[];
}

/** All files of a config as HAProxy reads them: one after the other, with the environment put in. */
export interface WholeConfig {
  readonly tree: ConfigTree;
  readonly statements: readonly Statement[];
  readonly blocks: readonly Block[];
  /** The proxy sections, with what they inherit. */
  readonly sections: readonly Section[];
  readonly variables: readonly ReadVariable[];
  place(at: { readonly line: number; readonly column: number }): ConfigPlace;
}

/** A folder is given to HAProxy as a whole: `conf.d`, `haproxy.d`. It reads what ends in `.cfg`, sorted by name. */
const FOLDER = /^(?<folder>.*\.d)\/[^/]+\.cfg$/;
const MAX_FILES = 200;

/** What `-f` is given: the file, or its folder. */
export const configArgument = (main: string): string => FOLDER.exec(main)?.groups?.['folder'] ?? main;

/** The files that HAProxy reads as its config, in order. */
export function configFilesOf({ main, files }: ConfigTree): readonly ConfigFile[] {
  const folder = configArgument(main);
  const isRead = (path: string): boolean => path === main || FOLDER.exec(path)?.groups?.['folder'] === folder;
  return [...files.values()]
    .filter(({ path }) => isRead(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, MAX_FILES);
}

export function readWhole(tree: ConfigTree): WholeConfig {
  const files = configFilesOf(tree);
  const { text, variables } = expandVariables(files.map((file) => file.text.replace(/\n$/, '')).join('\n'), tree.env);
  const statements = readStatements(text);
  const starts = lineStarts(files);
  const place = ({ line, column }: { line: number; column: number }): ConfigPlace => {
    const index = Math.max(
      0,
      starts.findLastIndex((start) => start < line),
    );
    return { file: files[index]?.label ?? tree.main, line: line - (starts[index] ?? 0), column };
  };
  return { tree, statements, blocks: blocksOf(statements), sections: readSections(text), variables, place };
}

/** How many lines stand before each file. */
function lineStarts(files: readonly ConfigFile[]): readonly number[] {
  let before = 0;
  return files.map((file) => {
    const start = before;
    before += file.text.replace(/\n$/, '').split('\n').length;
    return start;
  });
}

function blocksOf(statements: readonly Statement[]): readonly Block[] {
  const blocks: (Block & { readonly own: Statement[] })[] = [];
  for (const statement of statements) {
    const [kind = '', name = ''] = statement.words;
    if (PROXY_KINDS.has(kind) || OTHER_KINDS.has(kind)) blocks.push({ kind, name, head: statement, own: [] });
    else blocks.at(-1)?.own.push(statement);
  }
  return blocks;
}

export const globalsOf = ({ blocks }: WholeConfig): readonly Statement[] =>
  blocks.filter(({ kind }) => kind === 'global').flatMap(({ own }) => own);
