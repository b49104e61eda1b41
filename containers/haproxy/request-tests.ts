import { exampleOf, isFoundIn, parseExpression, type Expression } from './regular-expression.ts';

/** A request for a WebSocket, as the rules of a front section see it. */
export interface TriedRequest {
  /** Lower case, without a port. */
  readonly host: string;
  /** With its query. */
  readonly target: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What a test looks at. `other`: something that the request does not decide, such as a cookie or an address. */
type Subject = 'path' | 'target' | 'base' | 'host' | 'upgrade' | 'connection' | 'websocket-header' | 'tls' | 'port' | 'method' | 'other';
type Method = 'str' | 'beg' | 'end' | 'dir' | 'dom' | 'sub' | 'reg' | 'found' | 'none';

/** One ACL line or anonymous ACL: it holds when one of its patterns does. */
export interface RequestTest {
  readonly subject: Subject;
  readonly method: Method;
  readonly ignoreCase: boolean;
  readonly patterns: readonly string[];
  /** Of the method `reg`: the patterns, read; null for one that cannot be. */
  readonly expressions: readonly (Expression | null)[];
  /** It has patterns that cannot be read here. */
  readonly isPartial: boolean;
}

const FETCH =
  /^(?<name>[a-z0-9_.]+?)(?:_(?<suffix>beg|dir|dom|end|len|reg|sub|str|cnt))?(?:\((?<arg>[^()]*)\))?(?<converters>(?:,[a-z0-9_]+(?:\([^()]*\))?)*)$/i;
const HEADER = /^(?:hdr|req\.f?hdr|req\.hdr_ip|hdr_ip)$/;
const SNI = /^(?:ssl_fc_sni|req_ssl_sni|req\.ssl_sni)$/;
const HARMLESS = /^(?:lower|url_dec(?:\(\d\))?|host_only|field\(1,:\)|word\(1,:\)|trim)$/;
const MATCHES = new Set<string>(['str', 'beg', 'end', 'dir', 'dom', 'sub', 'reg', 'found']);
const MAX_PATTERNS = 200;

/** Contents of a pattern file, by its name as written; null: it is not at hand. */
export type ReadPatterns = (path: string) => readonly string[] | null;

/** Reads `path_beg -i /ws /live`, `req.hdr(Host),lower -m end .example.com`, `{ ssl_fc }` without its braces. */
export function readTest(words: readonly string[], variables: ReadonlyMap<string, string>, readPatterns: ReadPatterns): RequestTest {
  const [fetch = ''] = words;
  const variable = /^var\((?<name>[^()]+)\)(?<converters>(?:,.*)?)$/.exec(fetch)?.groups;
  const meant = variable === undefined ? fetch : `${variables.get(variable['name'] ?? '') ?? 'other'}${variable['converters'] ?? ''}`;
  const { name = '', suffix, arg, converters = '' } = FETCH.exec(meant)?.groups ?? {};
  const isPlain = converters
    .split(/,(?![^(]*\))/)
    .filter((one) => one !== '')
    .every((one) => HARMLESS.test(one));
  const subject = isPlain && suffix !== 'len' ? subjectOf(name.toLowerCase(), (arg ?? '').toLowerCase()) : 'other';
  const flags = readFlags(words.slice(1), readPatterns);
  const written = flags.method ?? (suffix !== undefined && MATCHES.has(suffix) ? suffix : 'str');
  const method = suffix === 'cnt' ? 'found' : ((MATCHES.has(written) ? written : 'none') as Method);
  const patterns = suffix === 'cnt' ? [] : flags.patterns;
  const isPartial = flags.isPartial || (suffix === 'cnt' && !/^(?:gt 0|ge 1|eq 1|1)$/.test(flags.patterns.join(' ')));
  const ignoreCase = flags.ignoreCase || converters.includes(',lower');
  const expressions = method === 'reg' ? patterns.map((pattern) => parseExpression(pattern, ignoreCase)) : [];
  return { subject, method, ignoreCase, patterns, expressions, isPartial };
}

function subjectOf(name: string, arg: string): Subject {
  if (HEADER.test(name)) return headerSubject(arg.split(',')[0] ?? '');
  if (SNI.test(name)) return 'host';
  if (name === 'path') return 'path';
  if (name === 'url' || name === 'pathq' || name === 'capture.req.uri') return 'target';
  if (name === 'base') return 'base';
  if (name === 'ssl_fc') return 'tls';
  if (name === 'dst_port') return 'port';
  return name === 'method' || name === 'capture.req.method' ? 'method' : 'other';
}

function headerSubject(header: string): Subject {
  if (header === 'host' || header === 'upgrade' || header === 'connection') return header;
  return /^sec-websocket-(?:key|version)$/.test(header) ? 'websocket-header' : 'other';
}

function readFlags(
  words: readonly string[],
  readPatterns: ReadPatterns,
): { readonly method: string | null; readonly ignoreCase: boolean; readonly patterns: readonly string[]; readonly isPartial: boolean } {
  let method: string | null = null;
  let ignoreCase = false;
  let isPartial = false;
  const patterns: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') {
      patterns.push(...words.slice(index + 1));
      break;
    }
    if (word === '-i') ignoreCase = true;
    else if (/^-[mfu]$/.test(word)) {
      index += 1;
      const value = words[index] ?? '';
      if (word === '-m') method = value;
      if (word !== '-f') continue;
      const known = readPatterns(value);
      isPartial ||= known === null;
      patterns.push(...(known ?? []));
    } else if (!/^-[nM]$/.test(word)) patterns.push(word);
  }
  return { method, ignoreCase, patterns: patterns.slice(0, MAX_PATTERNS), isPartial };
}

/** Whether it holds for a request; null where that depends on more than the request. */
export function holds(test: RequestTest, request: TriedRequest): boolean | null {
  const value = valueOf(test.subject, request);
  if (value === null) return null;
  if (test.subject === 'tls') return request.tls;
  if (test.method === 'found') return test.isPartial ? null : value !== '';
  if (test.method === 'none') return null;
  const results =
    test.method === 'reg'
      ? test.expressions.map((expression) => (expression === null ? null : isFoundIn(expression, value)))
      : test.patterns.map((pattern) => matches(test, pattern, value));
  if (results.includes(true)) return true;
  return test.isPartial || results.includes(null) ? null : false;
}

function valueOf(subject: Subject, { host, target, port, tls }: TriedRequest): string | null {
  if (subject === 'host') return host;
  if (subject === 'target') return target;
  if (subject === 'path') return pathOf(target);
  if (subject === 'base') return host + pathOf(target);
  if (subject === 'port') return String(port);
  if (subject === 'tls') return String(tls);
  return CONSTANT[subject] ?? null;
}

/** The same in every opening handshake (RFC 6455, section 4.1). */
const CONSTANT: Readonly<Partial<Record<Subject, string>>> = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'websocket-header': 'dGhlIHNhbXBsZSBub25jZQ==',
  method: 'GET',
};

function pathOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : target.slice(0, at);
}

function matches({ method, ignoreCase, subject }: RequestTest, pattern: string, value: string): boolean | null {
  if (subject === 'websocket-header') return pattern === '13' || null;
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const [wanted, seen] = [fold(pattern), fold(value)];
  if (method === 'beg') return seen.startsWith(wanted);
  if (method === 'end') return seen.endsWith(wanted);
  if (method === 'sub') return seen.includes(wanted);
  if (method === 'dir') return isPart(seen, wanted, '/?');
  if (method === 'dom') return isPart(seen, wanted, '/?.:');
  return seen === wanted || (subject === 'host' && seen === wanted.replace(/:\d+$/, ''));
}

/** Manual, section 7.1.3: the pattern between two delimiters, or an end of the text. */
function isPart(text: string, pattern: string, delimiters: string): boolean {
  const wanted = trimDelimiters(pattern, delimiters);
  const isEdge = (char: string): boolean => char === '' || delimiters.includes(char);
  if (wanted === '') return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (isEdge(text.charAt(at - 1)) && isEdge(text.charAt(at + wanted.length))) return true;
  }
  return false;
}

function trimDelimiters(text: string, delimiters: string): string {
  let [from, to] = [0, text.length];
  while (from < to && delimiters.includes(text.charAt(from))) from += 1;
  while (to > from && delimiters.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

const TARGET = /^\/[\x21-\x7e]{0,500}$/;
const HOST = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** Request-targets for which the test may hold, one for each pattern. To be tried with `holds`. */
export function exampleTargets({ subject, method, patterns, expressions }: RequestTest): readonly string[] {
  if (subject !== 'path' && subject !== 'target' && subject !== 'base') return [];
  return patterns.flatMap((pattern, index) => {
    const text = method === 'reg' ? regexExample(expressions[index] ?? null) : pattern;
    const path = subject === 'base' ? text.slice(Math.max(0, text.indexOf('/'))) : text;
    const target = method === 'dir' ? `/${trimDelimiters(path, '/?')}/` : rooted(path, method);
    return TARGET.test(target) ? [target] : [];
  });
}

/** What begins or ends elsewhere is put behind a slash; a file name gets a name before its ending. */
function rooted(path: string, method: Method): string {
  if (path.startsWith('/') || method === 'beg' || method === 'str') return path;
  return path.startsWith('.') ? `/a${path}` : `/${path}`;
}

/** Host names for which the test may hold. `base` is a domain for what is only a part of a name. */
export function exampleHosts({ subject, method, patterns, expressions }: RequestTest, base: string): readonly string[] {
  if (subject !== 'host' && subject !== 'base') return [];
  return patterns.flatMap((pattern, index) => {
    const text = method === 'reg' ? regexExample(expressions[index] ?? null) : pattern;
    const host = (subject === 'base' ? text.replace(/\/.*$/s, '') : text).toLowerCase().replace(/:\d+$/, '');
    const whole = completed(host, method, base);
    return HOST.test(whole) ? [whole] : [];
  });
}

function completed(host: string, method: Method, base: string): string {
  if (host.startsWith('.')) return `www${host}`;
  if (host.endsWith('.')) return host + base;
  return (method === 'dom' || method === 'sub' || method === 'beg') && !host.includes('.') ? `${host}.${base}` : host;
}

const regexExample = (expression: Expression | null): string => (expression === null ? '' : (exampleOf(expression) ?? ''));
