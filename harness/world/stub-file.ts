import { posix } from 'node:path';
import type { ExpectedFile } from '../model/surroundings.ts';
import type { Provision, WorldFile } from '../model/world.ts';
import type { CertificateSet } from './certificate-maker.ts';
import { DH_PARAMETERS } from './dh-parameters.ts';
import { PASSWORD_LINE } from './password-user.ts';

/** What is put where a config expects a file that nobody gave, and the line of the stub diff that says so. */
export interface Stub {
  readonly files: readonly WorldFile[];
  readonly how: Provision['how'];
  readonly what: string;
  readonly because: string;
}

/** A folder that whatever user the program changes to may write in. */
export const openFolder = (path: string): WorldFile => ({ kind: 'folder', path, mode: 0o777, owner: null });

const isPattern = (path: string): boolean => /[*?[]/.test(path);

/** Puts something in the place of a file by its kind. Null: nothing is needed, and nothing need be said. Pure. */
export function stubFile(file: ExpectedFile, tls: CertificateSet): Stub | null {
  const { path } = file;
  const text = (content: string, mode = 0o644): readonly WorldFile[] => [{ kind: 'text', path, text: content, mode }];
  switch (file.kind) {
    case 'certificate':
      return { files: text(tls.chain), how: 'made', what: 'certificate', because: servesNames(file) };
    case 'key':
      return { files: text(tls.key), how: 'made', what: 'key', because: 'the key of the certificates made here' };
    case 'bundle':
      return { files: text(`${tls.chain}${tls.key}`), how: 'made', what: 'certificate', because: `${servesNames(file)}, with its key` };
    case 'certificate-folder':
      return {
        files: [{ kind: 'text', path: posix.join(path, 'hopscope.pem'), text: `${tls.chain}${tls.key}`, mode: 0o644 }],
        how: 'made',
        what: 'certificate',
        because: `a folder with one certificate and its key: ${servesNames(file)}`,
      };
    case 'certificate-list': {
      const bundle = `${path}.hopscope.pem`;
      const certificate: WorldFile = { kind: 'text', path: bundle, text: `${tls.chain}${tls.key}`, mode: 0o644 };
      return {
        files: [certificate, ...text(`${bundle}\n`)],
        how: 'made',
        what: 'certificate',
        because: `a list of one certificate: ${servesNames(file)}`,
      };
    }
    case 'authority':
      return { files: text(tls.authority), how: 'made', what: 'authority', because: 'the authority of the certificates made here' };
    case 'revocation-list':
      return { files: text(tls.revocations), how: 'made', what: 'revocation-list', because: 'revokes nothing' };
    case 'dh-parameters':
      return { files: text(DH_PARAMETERS), how: 'made', what: 'dh-parameters', because: 'the group ffdhe2048 of RFC 7919' };
    case 'folder':
      return isPattern(path) ? null : { files: [openFolder(path)], how: 'made', what: 'folder', because: 'empty' };
    case 'log':
    case 'pid':
    case 'socket':
      return writtenFile(file);
    case 'module':
      return { files: [], how: 'missing', what: 'module', because: 'it is not part of the program here, and a stub could not do its work' };
    case 'include':
    case 'map':
    case 'list':
    case 'lua':
    case 'error-answer':
    case 'password-file':
    case 'other':
      return stubContent(file);
  }
}

const servesNames = ({ names }: ExpectedFile): string =>
  names.length === 0
    ? 'self-made; serves every name of the config'
    : `self-made; serves ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' ...' : ''}`;

/** Files that the program writes. Logs go where the run keeps them. */
function writtenFile({ path, kind }: ExpectedFile): Stub | null {
  const folder = posix.dirname(path);
  if (folder === '/' || folder === '/dev' || path.startsWith('/dev/') || path.startsWith('/proc/')) return null;
  const made = { how: 'made', what: kind } as const;
  const name = posix.basename(path);
  // Caches are files that the program writes too, and no log.
  const isLog = kind === 'log' && !/cache/i.test(name) && (/log|access|err/i.test(name) || /\/logs?\//.test(path));
  if (!isLog) return { ...made, files: [openFolder(folder)], because: 'its folder is there' };
  const target = /err/i.test(name) ? '/dev/stderr' : '/dev/stdout';
  return { ...made, files: [openFolder(folder), { kind: 'link', path, target }], because: 'goes to the log of the host' };
}

function stubContent({ path, kind }: ExpectedFile): Stub | null {
  // A pattern may match nothing, and what nobody has nobody misses.
  if (isPattern(path)) return null;
  if (path.endsWith('/')) return { files: [openFolder(path.slice(0, -1) || '/')], how: 'made', what: 'folder', because: 'empty' };
  const stub = (text: string, because: string): Stub => ({
    files: [{ kind: 'text', path, text, mode: 0o644 }],
    how: 'stubbed',
    what: kind,
    because,
  });
  if (kind === 'error-answer') return stub(errorAnswer(path), 'a short answer: the file is not among the given ones');
  if (kind === 'password-file') return stub(PASSWORD_LINE, 'knows one user, as whom clients come: the file is not among the given ones');
  const noun = kind === 'include' || kind === 'map' || kind === 'list' ? kind : kind === 'lua' ? 'script' : 'file';
  return stub('', `empty: the ${noun} is not among the given files`);
}

const REASONS: Readonly<Record<string, string>> = {
  200: 'OK',
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Time-out',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
};

/** A whole HTTP answer, as HAProxy's `errorfile` wants it, with the status that the name of the file says; else 503. */
function errorAnswer(path: string): string {
  const named = /(?<!\d)([2-5]\d\d)(?!\d)/.exec(posix.basename(path))?.[1] ?? '';
  const status = named in REASONS ? named : '503';
  const body = `<html><body><h1>${status} ${REASONS[status] ?? ''}</h1></body></html>\n`;
  const head = [`HTTP/1.0 ${status} ${REASONS[status] ?? ''}`, 'Cache-Control: no-cache', 'Connection: close', 'Content-Type: text/html'];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
