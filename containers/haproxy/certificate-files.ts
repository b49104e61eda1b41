import type { Entry, ExpectedFile } from '../../harness/model/surroundings.ts';
import { bindsOf } from './binds.ts';
import type { Statement } from './config-sections.ts';
import { inFolder, type FileContext } from './file-context.ts';
import { defaultHost, domainsInPath, testedHosts } from './host-names.ts';
import { splitWords } from './config-sections.ts';

const MAX_NAMES = 50;
const MAX_LIST_LINES = 500;

/** Certificates, keys, authorities and lists of them that `bind` and `server` lines, `crt-store` sections and `global` name. */
export function certificateFiles(context: FileContext, entries: readonly Entry[]): readonly ExpectedFile[] {
  const { config } = context;
  const served = new Map<number, readonly string[]>();
  for (const section of config.sections) {
    const binds = bindsOf(section);
    const ports = new Set(binds.map(({ port }) => port));
    const hosts = entries.filter(({ port }) => ports.has(port)).map(({ host }) => host);
    const names = [...new Set([...testedHosts(section, defaultHost(config)), ...hosts])];
    for (const { statement } of binds) served.set(statement.line, names);
  }
  return config.statements.flatMap((statement) => {
    const { words } = statement;
    const isLoad = words[0] === 'load';
    if (!isLoad && !/^(?:bind|server|default-server|server-template|ssl-f-use)$/.test(words[0] ?? '')) return [];
    return words.flatMap((word, index) => {
      const value = words[index + 1] ?? '';
      if (value === '' || value.startsWith('@') || value.startsWith('/dev/')) return [];
      return namedBy(word, value, { statement, isLoad, names: served.get(statement.line) ?? [], context });
    });
  });
}

interface Naming {
  readonly statement: Statement;
  readonly isLoad: boolean;
  readonly names: readonly string[];
  readonly context: FileContext;
}

function namedBy(word: string, value: string, { statement, isLoad, names, context }: Naming): readonly ExpectedFile[] {
  const place = context.config.place(statement);
  const file = (kind: ExpectedFile['kind'], path: string, certified: readonly string[] = []): ExpectedFile => ({
    path,
    kind,
    names: certified,
    isOptional: false,
    place,
  });
  const certificate = inFolder(value, context.certificates, context);
  const authority = inFolder(value, context.authorities, context);
  if (word === 'crt' && isLoad) {
    const kind = statement.words.includes('key') ? 'certificate' : 'bundle';
    return [file(kind, certificate, certified(value, context.config.sections.length === 0 ? names : allNames(context)))];
  }
  if (word === 'key' && isLoad) return [file('key', inFolder(value, context.keys, context))];
  if (word === 'crt')
    return [
      file(isFolder(certificate, context) ? 'certificate-folder' : 'bundle', certificate.replace(/(.)\/+$/, '$1'), certified(value, names)),
    ];
  if (word === 'crt-list')
    return [file('certificate-list', certificate, names), ...listedIn(certificate, { statement, isLoad, names, context })];
  if (word === 'ca-sign-file') return [file('bundle', certificate)];
  if (word === 'ca-file' || word === 'ca-verify-file') return [file('authority', authority)];
  return word === 'crl-file' ? [file('revocation-list', authority)] : [];
}

const allNames = ({ config }: FileContext): readonly string[] => [
  ...new Set(config.sections.flatMap((section) => testedHosts(section, defaultHost(config)))),
  defaultHost(config),
];

/** A certificate whose file is called after a domain serves that one first. */
const certified = (path: string, names: readonly string[]): readonly string[] =>
  [...new Set([...domainsInPath(path), ...names])].slice(0, MAX_NAMES);

/** By its last character, or since files in it were given. */
const isFolder = (path: string, { config }: FileContext): boolean =>
  path.endsWith('/') ||
  [...config.tree.files.keys()].some((one) => one.startsWith(`${path}/`)) ||
  /\/(?:certs|certs\.d|certificates|ssl|tls|private)$/.test(path);

/** Of a wildcard: what it stands for among the names in use, and `www` at the least. */
const inWildcard = (name: string, names: readonly string[]): readonly string[] =>
  name.startsWith('*.') ? [...new Set([`www${name.slice(1)}`, ...names.filter((one) => one.endsWith(name.slice(1)))])] : [name];

/** Lines of a crt-list: a bundle, options in brackets, names that it serves (configuration manual, section 5.1 `crt-list`). */
function listedIn(path: string, { statement, context, names }: Naming): readonly ExpectedFile[] {
  const text = context.config.tree.files.get(path)?.text ?? '';
  return text.split('\n', MAX_LIST_LINES).flatMap((line) => {
    const [bundle = '', ...filters] = splitWords(line.replace(/\[[^\]]*\]/, ' '));
    if (bundle === '' || bundle.startsWith('@')) return [];
    const own = filters.filter((name) => !name.startsWith('!')).flatMap((name) => inWildcard(name, names));
    const served = own.length > 0 ? own : certified(bundle, names);
    const kind = isFolder(bundle, context) ? 'certificate-folder' : 'bundle';
    const at = inFolder(bundle, context.certificates, context);
    return [{ path: at, kind, names: served.slice(0, MAX_NAMES), isOptional: false, place: context.config.place(statement) } as const];
  });
}
