import { posix } from 'node:path';
import type { Entry, ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import { allBinds } from './binds.ts';
import { certificateFiles } from './certificate-files.ts';
import type { Statement } from './config-sections.ts';
import { fileContext, inFolder, type FileContext } from './file-context.ts';
import { readAddress } from './network-address.ts';
import { globalsOf, type WholeConfig } from './whole-config.ts';

interface Named {
  readonly name: string;
  readonly kind: ExpectedFileKind;
  readonly isOptional?: true;
}

/** Files by the keyword of the line, with the position of the name. */
const BY_KEYWORD: Readonly<Record<string, readonly [ExpectedFileKind, number, 'optional'?]>> = {
  errorfile: ['error-answer', 2],
  'lua-load': ['lua', 1],
  'lua-load-per-thread': ['lua', 1],
  'ssl-dh-param-file': ['dh-parameters', 1],
  pidfile: ['pid', 1],
  chroot: ['folder', 1],
  'server-state-base': ['folder', 1],
  'issuers-chain-path': ['folder', 1],
  'stats-file': ['other', 1, 'optional'],
};
/** map() and its kin: `map(/etc/haproxy/hosts.map,default)` (configuration manual, section 7.3.1). */
const MAP = /\bmap(?:_(?:str|beg|sub|dir|dom|end|reg|regm|int|ip|key)){0,2}\((?:(?:file|opt)@)?([^,()\s"']{1,500})/g;
const VIRTUAL = /^(?:virt@|\/dev\/)/;
const MAX_PER_LINE = 50;

/** Every file and folder that the config names, one for each path, in the order of its lines. */
export function expectedFiles(config: WholeConfig, entries: readonly Entry[]): readonly ExpectedFile[] {
  const context = fileContext(config);
  const named = config.statements.flatMap((statement) =>
    [...linesFiles(statement, config), ...patternFiles(statement)].slice(0, MAX_PER_LINE).map(({ name, kind, isOptional }) => ({
      path: inFolder(name, '', context),
      kind,
      names: [],
      isOptional: isOptional ?? false,
      place: config.place(statement),
    })),
  );
  return onePerPath([...named, ...certificateFiles(context, entries), ...socketFiles(context)]);
}

/** The same path twice is one file: its names are put together, and it is optional only if it always is. */
function onePerPath(files: readonly ExpectedFile[]): readonly ExpectedFile[] {
  const byPath = new Map<string, ExpectedFile>();
  for (const file of files) {
    const known = byPath.get(file.path);
    const names = [...new Set([...(known?.names ?? []), ...file.names])];
    byPath.set(file.path, known === undefined ? file : { ...known, names, isOptional: known.isOptional && file.isOptional });
  }
  return [...byPath.values()];
}

function linesFiles({ words }: Statement, config: WholeConfig): readonly Named[] {
  const [keyword = '', second = ''] = words;
  const known = BY_KEYWORD[keyword];
  const name = known === undefined ? '' : (words[known[1]] ?? '');
  if (known !== undefined && name !== '' && !VIRTUAL.test(name)) {
    return [known[2] === undefined ? { name, kind: known[0] } : { name, kind: known[0], isOptional: true }];
  }
  if (keyword === 'lua-prepend-path') {
    const folder = second.replace(/\/[^/]*\?.*$/s, '');
    return folder === '' || folder === second ? [] : [{ name: folder, kind: 'folder' }];
  }
  if (keyword === 'filter') return afterWord(words, /^config$/, 'include');
  if (keyword === 'server-state-file') return [{ name: stateFile(second, config), kind: 'other', isOptional: true }];
  if (keyword === 'external-check' && second === 'command') return [{ name: words[2] ?? '', kind: 'other', isOptional: true }];
  const answers =
    keyword === 'http-error' || (/^http-(?:request|response)$/.test(keyword) && /^(?:return|deny|tarpit)$/.test(words[1] ?? ''));
  return answers ? [...afterWord(words, /^errorfile$/, 'error-answer'), ...afterWord(words, /^(?:lf-)?file$/, 'other')] : [];
}

const afterWord = (words: readonly string[], word: RegExp, kind: ExpectedFileKind): readonly Named[] =>
  words.flatMap((one, index) => {
    const name = words[index + 1] ?? '';
    return word.test(one) && name !== '' && !VIRTUAL.test(name) ? [{ name, kind }] : [];
  });

function stateFile(name: string, config: WholeConfig): string {
  const base = globalsOf(config).findLast(({ words }) => words[0] === 'server-state-base')?.words[1] ?? '';
  return name.startsWith('/') ? name : posix.join(base, name);
}

/** Lists behind `-f`, maps behind `-M -f` and in converters. */
function patternFiles({ words, text }: Statement): readonly Named[] {
  const isMap = words.includes('-M');
  const lists = words.flatMap((word, index): readonly Named[] => {
    const written = word === '-f' ? (words[index + 1] ?? '') : '';
    const name = written.replace(/^(?:file|opt)@/, '');
    if (name === '' || VIRTUAL.test(name)) return [];
    const kind = isMap ? 'map' : 'list';
    return [written.startsWith('opt@') ? { name, kind, isOptional: true } : { name, kind }];
  });
  const maps = [...text.matchAll(MAP)].flatMap(([whole, name = '']): readonly Named[] => {
    if (VIRTUAL.test(name)) return [];
    return [whole.includes('opt@') ? { name, kind: 'map', isOptional: true } : { name, kind: 'map' }];
  });
  return [...lists, ...maps];
}

/** Sockets that HAProxy makes (its `bind` and `stats socket`), and those of a log, which it does without. */
function socketFiles(context: FileContext): readonly ExpectedFile[] {
  const { config } = context;
  const prefix = globalsOf(config).findLast(({ words }) => words[0] === 'unix-bind' && words[1] === 'prefix')?.words[2] ?? '';
  const made = allBinds(config).flatMap(({ socket, statement }) =>
    socket?.isFile === true ? [{ path: `${statement.words[0] === 'bind' ? prefix : ''}${socket.name}`, statement, isOptional: false }] : [],
  );
  const logs = config.statements.flatMap((statement) => {
    const address = statement.words[0] === 'log' ? readAddress(statement.words[1] ?? '') : null;
    return address?.kind === 'unix' ? [{ path: address.path, statement, isOptional: true }] : [];
  });
  return [...made, ...logs].map(({ path, statement, isOptional }) => ({
    path: inFolder(path, '', context),
    kind: 'socket',
    names: [],
    isOptional,
    place: config.place(statement),
  }));
}
