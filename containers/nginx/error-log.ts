import type { ProxyLogEntry } from '../../harness/model/service.ts';

/** `2025/11/23 01:26:20 [info] 33#33: *1 message, client: ..., server: ..., request: "GET / HTTP/1.1", upstream: "http://..."`. */
const LINE =
  /^(?<year>\d{4})\/(?<month>\d\d)\/(?<day>\d\d) (?<clock>\d\d:\d\d:\d\d) \[(?<level>[a-z]+)\] \d+#\d+: (?:\*\d+ )?(?<rest>.*)$/s;
/** Where the message ends and nginx's own description of the connection begins. Older and newer versions order it alike. */
const CONTEXT = /, (?:client|server|bytes from\/to client): ?/;
/** A message may quote what the client sent. */
const MAX_MESSAGE = 500;
const SERIOUS = new Set(['error', 'crit', 'alert', 'emerg']);

interface Meaning {
  readonly pattern: RegExp;
  readonly meaning: string;
  readonly endedBy: ProxyLogEntry['endedBy'];
  /** Whether a connection to the next host existed when it was written; null when the message does not say. */
  readonly reached: boolean | null;
}

const mean = (pattern: RegExp, endedBy: Meaning['endedBy'], reached: boolean | null, meaning: string): Meaning => ({
  pattern,
  meaning,
  endedBy,
  reached,
});

/** First match wins. Verified against nginx 1.22 unless they are rarer than a lab can provoke. */
const MEANINGS: readonly Meaning[] = [
  mean(
    /^upstream timed out \(110.*while proxying upgraded connection/,
    'timeout',
    true,
    'nginx cut a tunnel that had been idle for proxy_read_timeout',
  ),
  mean(
    /^client timed out \(110.*while proxying upgraded connection/,
    'timeout',
    true,
    'nginx cut a tunnel whose client took no data for send_timeout',
  ),
  mean(
    /^connection timed out \(110.*while proxying/,
    'timeout',
    true,
    'nginx cut a relayed connection that had been idle for proxy_timeout',
  ),
  mean(
    /^upstream timed out \(110.*while connecting to upstream/,
    'timeout',
    false,
    'the next host did not accept the connection within proxy_connect_timeout',
  ),
  mean(/^upstream timed out \(110/, 'timeout', true, 'the next host did not answer within proxy_read_timeout'),
  mean(/^client timed out/, 'timeout', null, 'the client was silent for too long'),
  mean(/^upstream prematurely closed connection/, 'server', true, 'the next host closed the connection before it had answered'),
  mean(/^connect\(\) failed \(111/, 'server', false, 'the next host refused the connection'),
  mean(/^connect\(\) .*failed \(/, 'proxy', false, 'nginx could not connect to the next host'),
  mean(/^no live upstreams/, 'proxy', false, 'nginx holds every next host for dead and asked none'),
  mean(/could not be resolved|^no resolver defined/, 'proxy', false, 'nginx could not resolve the name of the next host'),
  mean(
    /^upstream sent (?:invalid|no valid|too big|duplicate|unexpected)/,
    'server',
    true,
    'the next host answered with something nginx does not accept',
  ),
  mean(
    /client (?:prematurely )?closed (?:keepalive )?connection|^client .* closed keepalive connection/,
    'client',
    null,
    'the client closed the connection',
  ),
  mean(/^client disconnected/, 'client', true, 'the client closed the relayed connection'),
  mean(/^upstream disconnected/, 'server', true, 'the next host closed the relayed connection'),
  mean(/^client sent plain HTTP request to HTTPS port/, 'proxy', null, 'the client spoke plain HTTP to a TLS port and nginx refused it'),
  mean(/^client sent too (?:long|large)/, 'proxy', null, 'the request head is larger than nginx accepts (large_client_header_buffers)'),
  mean(/^client intended to send too large body/, 'proxy', null, 'the request body is larger than nginx accepts (client_max_body_size)'),
  mean(/^client sent /, 'proxy', null, 'nginx refused what the client sent as no valid HTTP request'),
  mean(/^access forbidden by rule/, 'proxy', false, 'nginx refused the request itself (deny rule)'),
  mean(/^limiting (?:requests|connections)/, 'proxy', false, 'nginx refused the request itself (rate or connection limit)'),
  mean(/^\d+ worker_connections are not enough/, 'proxy', null, 'nginx has no connection left (worker_connections; each tunnel takes two)'),
  mean(/^open\(\) ".*failed \(2:/, 'proxy', false, 'nginx looked for a file of that name instead of asking a next host'),
  mean(/^SSL_do_handshake\(\) failed.*while SSL handshaking to upstream/, 'proxy', true, 'the TLS handshake with the next host failed'),
  mean(/^SSL_do_handshake\(\) failed/, 'proxy', null, 'the TLS handshake with the client failed'),
];

/**
 * Decodes a line of the error log. Its time has whole seconds and no zone: it is read as UTC, which the service definition
 * sets for every nginx it starts. The client's port is not in it. A line whose meaning is known is an `error` even at level
 * info, at which nginx reports the end of an idle tunnel.
 */
export function parseErrorLine(raw: string): ProxyLogEntry | null {
  const groups = LINE.exec(raw)?.groups;
  if (groups === undefined) return null;
  const rest = groups['rest'] ?? '';
  const message = (rest.split(CONTEXT, 1)[0] ?? '').trim();
  const found = resetMeaning(message, groups['level'] ?? '') ?? MEANINGS.find(({ pattern }) => pattern.test(message));
  const [, method, target] = /, request: "([A-Z]+) (\S+?)(?: HTTP\/[\d.]+)?"/.exec(rest) ?? [];
  const upstream = /, upstream: "(?:[a-z]+:\/\/)?([^"/]+)/.exec(rest)?.[1];
  return {
    raw,
    kind: isNoise(message) || (found === undefined && !SERIOUS.has(groups['level'] ?? '')) ? 'notice' : 'error',
    atMs: Date.parse(`${groups['year']}-${groups['month']}-${groups['day']}T${groups['clock']}Z`) || null,
    clientPort: null,
    method: method ?? null,
    target: target ?? null,
    status: null,
    serverStatus: null,
    server: upstream ?? null,
    reachedServer: found?.reached ?? null,
    durationMs: null,
    termination: message === '' ? null : message.slice(0, MAX_MESSAGE),
    terminationMeaning: found?.meaning ?? null,
    endedBy: found?.endedBy ?? null,
  };
}

/**
 * The same words for both sides: nginx logs a reset by the client at level info and one by the next host at level error,
 * because only the latter is something an operator may have to mend.
 */
function resetMeaning(message: string, level: string): Meaning | undefined {
  if (!/^(?:recv|send|writev|readv)\(\) failed \((?:104|32)/.test(message)) return undefined;
  const byServer = !/from client/.test(message) && (level !== 'info' || /from upstream/.test(message));
  const who = byServer ? 'the next host' : 'the client';
  return mean(/^/, byServer ? 'server' : 'client', /upstream|upgraded|proxying/.test(message) ? true : null, `${who} reset the connection`);
}

/** In a user namespace with one user nginx may not set groups: it says so at level emerg and goes on. */
const isNoise = (message: string): boolean => message.startsWith('initgroups(');
