import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';
import { backendsOf, isBack, isFront, isHttp, routesOf, serversOf, settingOf, type Section, type Statement } from './config-sections.ts';

/** Actions that answer in the proxy's own name, with the status each has when the line gives none; null: no status at all. */
const ANSWERS: ReadonlyMap<string, { readonly status: number | null; readonly does: string }> = new Map([
  ['deny', { status: 403, does: 'refuses the request' }],
  ['tarpit', { status: 500, does: 'holds the request in a tarpit and then refuses it' }],
  ['return', { status: 200, does: 'returns a response of its own' }],
  ['redirect', { status: 302, does: 'redirects the client' }],
  ['auth', { status: 401, does: 'asks the client for a password' }],
  ['reject', { status: null, does: 'closes the connection without an answer' }],
  ['silent-drop', { status: null, does: 'drops the connection without a word' }],
]);
const STATUS_WORDS = new Set(['status', 'deny_status', 'code']);
const MAX_ACLS = 3;
const MAX_SERVERS = 3;

const quote = (text: string): string => `\`${text}\``;

/** The condition of a rule with the definition of each ACL it names, so that the line to mend is in the sentence. */
function inCondition({ words }: Statement, section: Section): string {
  const start = words.findIndex((word) => word === 'if' || word === 'unless');
  if (start < 0) return '';
  const condition = words.slice(start);
  const names = [...new Set(condition.map((word) => word.replace(/^!/, '')))];
  const acls = [...section.inherited, ...section.own].filter(({ words: [kind] }) => kind === 'acl');
  const listed = names.flatMap((name) => {
    const found = acls.filter(({ words: [, defined] }) => defined === name);
    const texts = found.slice(0, MAX_ACLS).map((acl) => `${quote(acl.words.slice(2).join(' '))} (line ${acl.line})`);
    if (found.length > MAX_ACLS) texts.push(`${found.length - MAX_ACLS} more`);
    return texts.length === 0 ? [] : [`${quote(name)} is ${texts.join(' or ')}`];
  });
  return ` ${quote(condition.join(' '))}${listed.length === 0 ? '' : `, where ${listed.join(' and ')}`}`;
}

function line(statement: Statement, explanation: string, scope: ConfigScope, file: string): ConfigLine {
  const { line: number, column, text } = statement;
  const place = { symptom: 'answers-itself' as const, file, line: number, column, text, explanation };
  return Object.keys(scope).length === 0 ? place : { ...place, scope };
}

const logNameOf = (section: Section): ConfigScope => (section.kind === 'defaults' ? {} : { logName: section.name });

/** `http-request deny` and the like. Such a request is logged as `<section>/<NOSRV>` (measured). */
function ruleLine(statement: Statement, section: Section, file: string): ConfigLine | null {
  const [family = '', ...rest] = statement.words;
  const isRedirect = family === 'redirect';
  const action = isRedirect ? 'redirect' : (rest[family === 'tcp-request' ? 1 : 0] ?? '');
  const answer = ANSWERS.get(action);
  const isTcp = family === 'tcp-request' && (action === 'reject' || action === 'silent-drop');
  if (answer === undefined || !(isTcp || isRedirect || family === 'http-request') || (!isTcp && !isHttp(section))) return null;
  const end = rest.findIndex((word) => word === 'if' || word === 'unless');
  const args = end < 0 ? rest : rest.slice(0, end);
  const given = Number(args[args.findIndex((word) => STATUS_WORDS.has(word)) + 1]);
  const status = answer.status !== null && Number.isInteger(given) && given >= 100 ? given : answer.status;
  const explanation = `this rule ${answer.does}${status === null ? '' : ` with status ${status}`}${inCondition(statement, section)}`;
  return line(statement, explanation, { ...logNameOf(section), ...(status === null ? {} : { status }) }, file);
}

/** `http-response deny` and `return` replace what the server answered; the log names the server (measured: 502 and `PH`). */
function responseLine(statement: Statement, section: Section, file: string): ConfigLine | null {
  const [family, action = ''] = statement.words;
  if (family !== 'http-response' || (action !== 'deny' && action !== 'return') || !isHttp(section)) return null;
  const end = statement.words.findIndex((word) => word === 'if' || word === 'unless');
  // `if { status 101 }` is the condition, not what is answered.
  const args = end < 0 ? statement.words : statement.words.slice(0, end);
  const given = Number(args[args.findIndex((word) => STATUS_WORDS.has(word)) + 1]);
  const status = Number.isInteger(given) && given >= 100 ? given : action === 'deny' ? 502 : 200;
  const what = `replaces the server's response by one of the proxy's own with status ${status}`;
  const explanation = `this rule ${what}${inCondition(statement, section)}`;
  return line(statement, explanation, { ...(isFront(section) ? {} : logNameOf(section)), status }, file);
}

/** `monitor-uri` answers 200 by itself and is not logged at all (measured). */
function monitorLine(statement: Statement, section: Section, file: string): ConfigLine | null {
  const [keyword, target = ''] = statement.words;
  if (keyword !== 'monitor-uri' || !isHttp(section)) return null;
  return line(statement, `the proxy answers ${quote(target)} by itself with status 200`, { pathPrefix: target, status: 200 }, file);
}

/** Whether every server of the backend is the origin as the lab names it: the host `origin`, port 9000. */
const isOrigin = (back: Section): boolean => {
  const servers = serversOf(back);
  return servers.length > 0 && servers.every((address) => /^(?:ipv4@)?origin(?::9000)?$/.test(address));
};

/** Routing rules of a front section that lead to a backend that is not the origin. With one backend in use there is no other. */
function routeLines(front: Section, sections: readonly Section[], file: string): readonly ConfigLine[] {
  const backends = backendsOf(front, sections);
  return routesOf(front).flatMap((route) => {
    const back = backends.find(({ name }) => name === route.words[1]);
    if (back === undefined || isOrigin(back)) return [];
    const servers = serversOf(back);
    if (servers.length > 0 && backends.length === 1) return [];
    const listed = servers.slice(0, MAX_SERVERS).map(quote).join(', ');
    const then = servers.length === 0 ? 'which has no server' : `whose ${servers.length === 1 ? 'server is' : 'servers are'} ${listed}`;
    const condition = inCondition(route, front);
    const explanation = `this line gives the request to backend ${quote(back.name)}, ${then}${condition === '' ? '' : `,${condition}`}`;
    return [line(route, explanation, { logName: back.name }, file)];
  });
}

/** Whether a section answers every request without a server: an unconditional rule, statistics or an error file of its own. */
const hasOwnWords = ({ own }: Section): boolean =>
  own.some(({ words: [keyword, ...rest] }) => {
    const answers = keyword === 'redirect' || (keyword === 'http-request' && ANSWERS.has(rest[0] ?? ''));
    const isAlways = !rest.includes('if') && !rest.includes('unless');
    return (answers && isAlways) || keyword === 'stats' || (keyword === 'errorfile' && rest[0] === '503');
  });

/** Sections in which a request finds no server at all: HAProxy answers 503 (measured: `SC--` and `<NOSRV>`). */
function emptyLine(section: Section, file: string): ConfigLine | null {
  if (section.kind === 'defaults' || !isHttp(section) || hasOwnWords(section)) return null;
  if (isBack(section) && serversOf(section).length > 0) return null;
  if (isFront(section) && settingOf(section, 'default_backend') !== null) return null;
  const what = isFront(section)
    ? 'has neither a server nor a default_backend, so the proxy itself answers what no use_backend rule takes'
    : 'has no server, so the proxy itself answers the request';
  const explanation = `${section.kind} ${quote(section.name)} ${what} with status 503`;
  return line(section.head, explanation, { logName: section.name, status: 503 }, file);
}

/** Every line by which HAProxy answers a request itself or gives it to something that is not the origin. */
export function answerLines(sections: readonly Section[], file: string): readonly ConfigLine[] {
  const readers = [ruleLine, responseLine, monitorLine];
  return sections.flatMap((section) => [
    ...section.own.flatMap((statement) => readers.flatMap((read) => read(statement, section, file) ?? [])),
    ...(isFront(section) ? routeLines(section, sections, file) : []),
    ...[emptyLine(section, file)].filter((found) => found !== null),
  ]);
}
