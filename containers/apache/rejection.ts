import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';
import type { ExpectedFile, ExpectedFileKind, VersionRange } from '../../harness/model/surroundings.ts';

/** `AH00526: Syntax error on line 3 of /etc/hopscope/apache.conf:`, the reason behind it or in the next line. */
const PLACE = /^(?:AH\d{5}: |\w+: )?Syntax error on line (\d{1,9}) of ([^:]+):\s*(.*)$/;
/** `... for log file '/x/a.log' defined at /etc/apache2/sites-enabled/site.conf:8` */
const DEFINED_AT = / defined at (\/[^\n:]+):(\d{1,9})$/;
const MAX_MESSAGE = 1000;

const linesOf = ({ stdout, stderr }: Pick<CommandResult, 'stdout' | 'stderr'>): readonly string[] =>
  `${stderr}\n${stdout}`
    .slice(0, 64 * 1024)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * Why `apache2 -t` refused a config. The line of an included file of ours (`.inc`) is not one of the main config, so its name goes into the
 * message.
 */
export function parseRejection(result: CommandResult): ConfigRejection {
  const lines = linesOf(result);
  const at = lines.findIndex((line) => PLACE.test(line));
  if (at < 0) return withoutLine(lines, result.code);
  const [, line, file = '', reason = ''] = PLACE.exec(lines[at] ?? '') ?? [];
  // Where includes are nested each file says so in one line, the innermost last.
  const inner = reason === '' ? null : PLACE.exec(reason);
  const message = ((inner?.[3] ?? reason) || (lines[at + 1] ?? lines[at] ?? '')).slice(0, MAX_MESSAGE);
  const [place, path] = inner === null ? [line, file] : [inner[1], inner[2] ?? ''];
  if (path.endsWith('.inc')) return { line: null, column: null, message: `${path}:${place}: ${message}` };
  return { line: Number(place), column: null, message, file: path };
}

function withoutLine(lines: readonly string[], code: number): ConfigRejection {
  const isWarning = (line: string): boolean => /:warn\]|^AH00558: |:notice\]|:info\]/.test(line);
  const message = (lines.find((line) => !isWarning(line)) ?? lines[0] ?? `exit code ${code} without a word`).slice(0, MAX_MESSAGE);
  const [, file, line] = DEFINED_AT.exec(message) ?? [];
  return file === undefined ? { line: null, column: null, message } : { line: Number(line), column: null, message, file };
}

const KIND_OF: readonly (readonly [RegExp, ExpectedFileKind])[] = [
  [/^SSLCertificateFile: file '(?<path>[^']+)' does not exist or is empty/, 'bundle'],
  [/^SSLCertificateKeyFile: file '(?<path>[^']+)' does not exist or is empty/, 'key'],
  [/^SSLCARevocationFile: file '(?<path>[^']+)' does not exist or is empty/, 'revocation-list'],
  [/^SSLOpenSSLConfCmd: file '(?<path>[^']+)' does not exist or is empty/, 'dh-parameters'],
  [/^SSL\w+File: file '(?<path>[^']+)' does not exist or is empty/, 'authority'],
  [/^DocumentRoot '(?<path>[^']+)' is not a directory, or is not readable/, 'folder'],
  [/^SSL\w+Path: directory '(?<path>[^']+)' does not exist/, 'folder'],
  [/Could not open configuration file (?<path>\/\S+): No such file or directory/, 'include'],
  [/Could not open directory (?<path>\/\S+): No such file or directory/, 'folder'],
  [/Cannot load \S+ into server: (?<path>\/\S+): cannot open shared object file/, 'module'],
  [/Cannot access directory '[^']*' for log file '(?<path>[^']+)'/, 'log'],
  [/Cannot access directory '(?<path>[^']+)' for .*error log/, 'folder'],
  [/RewriteMap: file for map \S+ not found:\s*(?<path>\/\S+)/, 'map'],
];

/** A file that is not there, by Apache's own words (messages of 2.4.71). */
export function missingFile(output: CommandResult): Omit<ExpectedFile, 'place' | 'names' | 'isOptional'> | null {
  const { message } = parseRejection(output);
  for (const [pattern, kind] of KIND_OF) {
    const path = pattern.exec(message)?.groups?.['path'];
    if (path !== undefined) return { path: path.replace(/(?<=.)\/+$/, ''), kind };
  }
  return null;
}

const UPGRADING = 'https://httpd.apache.org/docs/2.4/upgrading.html';
/** Directives that 2.4 took away, in lower case. */
const GONE = new Set([
  'sslmutex',
  'lockfile',
  'acceptmutex',
  'rewritelog',
  'rewriteloglevel',
  'rewritelock',
  'defaulttype',
  'authzldapauthoritative',
]);

/** In which versions a config that was refused with these words may be accepted. */
export function acceptedBy({ message }: ConfigRejection): VersionRange | null {
  const name = /^Invalid command '(\w+)', perhaps misspelled/.exec(message)?.[1];
  if (name !== undefined && GONE.has(name.toLowerCase()))
    return { from: null, before: '2.4', because: `\`${name}\` is no directive any more since Apache 2.4 (${UPGRADING})` };
  if (name?.toLowerCase() === 'proxywebsocketidletimeout')
    return { from: '2.5', before: null, because: `\`${name}\` is a directive of the development version 2.5` };
  return null;
}
