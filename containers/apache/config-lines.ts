import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, readStatements, type Claim, type Statement } from '../config-statements.ts';

/** Apache's default for `Timeout`, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

const nameOf = ({ words }: Statement): string => (words[0] ?? '').toLowerCase();
const lastOf = (statements: readonly Statement[], name: string): Statement | undefined =>
  statements.findLast((one) => nameOf(one) === name);

/**
 * The lines of an Apache config that matter to a WebSocket. Never throws. Reads the one file: what an `Include` brings in is not
 * followed, and virtual hosts are not told apart.
 */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const statements = readStatements(text);
  const claimed = statements.flatMap((statement) => claimsOf(statement, statements, 'lab').map((claim) => lineOf(statement, file, claim)));
  return [...claimed, ...idleLines(statements, file)];
}

/** What one statement does, `statements` being those that hold at the same place. `origin`: any next host is the origin, or the lab's only. */
export function claimsOf(statement: Statement, statements: readonly Statement[], origin: 'any' | 'lab'): readonly Claim[] {
  switch (nameOf(statement)) {
    case 'proxypass':
    case 'proxypassmatch':
      return passClaims(statement, statements, origin);
    case 'rewriterule':
      return rewriteClaims(statement);
    case 'redirect':
    case 'redirectmatch':
    case 'redirectpermanent':
      return [{ symptom: 'answers-itself', explanation: `\`${statement.text}\` redirects the client instead of asking the origin` }];
    case 'require':
      return statement.words.slice(1).join(' ').toLowerCase() === 'all denied'
        ? [{ symptom: 'answers-itself', explanation: '`Require all denied` refuses the request with 403', scope: { status: 403 } }]
        : [];
    case 'requestheader':
    case 'header':
      return headerClaims(statement);
    case 'gracefulshutdowntimeout':
      return graceClaims(statement);
    default:
      return [];
  }
}

/** https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass */
function passClaims(statement: Statement, statements: readonly Statement[], origin: 'any' | 'lab'): readonly Claim[] {
  const [, prefix = '', url = '', ...parameters] = statement.words;
  const isPrefix = nameOf(statement) === 'proxypass';
  const scope: { readonly scope?: ConfigScope } = isPrefix && prefix.startsWith('/') ? { scope: { pathPrefix: prefix } } : {};
  if (url === '!')
    return [{ symptom: 'answers-itself', explanation: `\`${statement.text}\` keeps these targets from the origin`, ...scope }];
  const claims: Claim[] = [];
  const isOther = origin === 'lab' && !/^(?:https?|wss?):\/\/origin:9000(?:\/|$)/.test(url);
  if (isOther && statements.filter((one) => nameOf(one) === 'proxypass').length > 1)
    claims.push({ symptom: 'answers-itself', explanation: `this line gives the request to \`${url}\`, which is not the origin`, ...scope });
  const isRewritten = statements.some((one) => nameOf(one) === 'rewriterule' && /^wss?:/.test(one.words[2] ?? ''));
  if (/^https?:/.test(url) && !parameters.some((one) => /^upgrade=/i.test(one)) && !isRewritten) {
    const explanation = 'this ProxyPass has no `upgrade=websocket`, and Apache does not pass Upgrade and Connection on by itself';
    claims.push({ symptom: 'drops-upgrade', explanation, ...scope });
  }
  const path = /^\w+:\/\/[^/]+(\/.*)?$/.exec(url)?.[1] ?? '';
  if (isPrefix && prefix.startsWith('/') && !path.includes('$') && path !== prefix && !(prefix === '/' && path === ''))
    claims.push({
      symptom: 'rewrites-target',
      explanation: `\`${path}\` takes the place of \`${prefix}\` in the request target`,
      ...scope,
    });
  const isHostKept = lastOf(statements, 'proxypreservehost')?.words[1]?.toLowerCase() === 'on';
  const host = isHostKept ? '' : ", and Host is the name in this line instead of the client's (no `ProxyPreserveHost On`)";
  if (lastOf(statements, 'proxyaddheaders')?.words[1]?.toLowerCase() !== 'off')
    claims.push({ symptom: 'changes-header', explanation: `Apache adds X-Forwarded-For, -Host and -Server${host}`, ...scope });
  else if (host !== '') claims.push({ symptom: 'changes-header', explanation: host.slice(6), ...scope });
  return claims;
}

function idleLines(statements: readonly Statement[], file: string): readonly ConfigLine[] {
  const pass = statements.find((one) => nameOf(one) === 'proxypass' && one.words[2] !== '!');
  if (pass === undefined) return [];
  const { limitMs, at, which } = idleLimit(pass, statements);
  const explanation = `a tunnel in which nothing has moved for ${inSeconds(limitMs)} is cut: ${which}`;
  return [lineOf(at ?? pass, file, { symptom: 'cuts-idle', limitMs, explanation })];
}

/**
 * A tunnel has "the biggest timeout of both connections" (proxy_util.c), and both must be short for a short one (measured with 2.4.71).
 * `at` is the line of the larger, null where no line sets it. `statements`: those that hold where `pass` stands, later ones before earlier.
 */
export function idleLimit(
  pass: Pick<Statement, 'words'>,
  statements: readonly Statement[],
): { readonly limitMs: number; readonly at: Statement | null; readonly which: string } {
  const timeout = lastOf(statements, 'timeout');
  const worker = pass.words.find((word) => /^timeout=/i.test(word))?.slice('timeout='.length);
  const proxy = worker === undefined ? lastOf(statements, 'proxytimeout') : statements.find(({ words }) => words === pass.words);
  const timeoutMs = readDurationMs(timeout?.words[1], 1000) ?? DEFAULT_TIMEOUT_MS;
  const proxyMs = readDurationMs(worker ?? proxy?.words[1], 1000) ?? timeoutMs;
  const at = (proxyMs >= timeoutMs ? (proxy ?? timeout) : timeout) ?? null;
  const which = `the larger of \`Timeout\` (${inSeconds(timeoutMs)}) and \`ProxyTimeout\` (${inSeconds(proxyMs)})`;
  return { limitMs: Math.max(timeoutMs, proxyMs), at, which };
}

function rewriteClaims({ words: [, , target = '', flags = ''], text }: Statement): readonly Claim[] {
  const list = flags
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((flag) => flag.trim().toUpperCase());
  const redirect = list.find((flag) => /^R(?:EDIRECT)?(?:=|$)/.test(flag));
  if (list.includes('F') || list.includes('FORBIDDEN'))
    return [{ symptom: 'answers-itself', explanation: `\`${text}\` refuses the request with 403`, scope: { status: 403 } }];
  if (redirect !== undefined)
    return [{ symptom: 'answers-itself', explanation: `\`${text}\` redirects the client`, scope: { status: redirectStatus(redirect) } }];
  return /^(?:wss?|https?):\/\/[^/]+\/?\$\d$/.test(target) || target === '-'
    ? []
    : [{ symptom: 'rewrites-target', explanation: `\`${text}\` changes the request target` }];
}

/** `R=301`, `R=permanent`; 302 without a value. https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_r */
function redirectStatus(flag: string): number {
  const value = flag.split('=')[1] ?? '';
  const words: Readonly<Record<string, number>> = { PERMANENT: 301, TEMP: 302, SEEOTHER: 303 };
  return /^\d{3}$/.test(value) ? Number(value) : (words[value] ?? 302);
}

function headerClaims({ words: [directive = '', ...rest] }: Statement): readonly Claim[] {
  const [action = '', name = '', value = ''] = /^(?:always|onsuccess|early)$/i.test(rest[0] ?? '') ? rest.slice(1) : rest;
  const isRequest = directive.toLowerCase() === 'requestheader';
  const verb = action.toLowerCase();
  if (isRequest && /^(?:upgrade|connection)$/i.test(name) && (verb === 'unset' || (verb === 'set' && !/upgrade|websocket/i.test(value))))
    return [{ symptom: 'drops-upgrade', explanation: `\`${name}\` is taken off the request, so the origin sees no upgrade` }];
  return [{ symptom: 'changes-header', explanation: `\`${verb}\` changes \`${name}\` in the ${isRequest ? 'request' : 'response'}` }];
}

function graceClaims({ words: [, seconds] }: Statement): readonly Claim[] {
  const limitMs = readDurationMs(seconds, 1000);
  if (limitMs === null || limitMs === 0) return [];
  return [
    { symptom: 'cuts-on-reload', limitMs, explanation: `a graceful stop ends tunnels that are still open after ${inSeconds(limitMs)}` },
  ];
}
