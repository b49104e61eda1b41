import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { decodeTermination, NO_SERVER_AVAILABLE, QUEUED_TOO_LONG, type Termination } from './termination.ts';

/*
 * The formats of the HAProxy configuration manual, sections 8.2.1 to 8.2.5: default, tcplog, httplog (httpslog begins like it)
 * and the error log, each with or without a syslog header. Every character class excludes what follows it, so a hostile line
 * costs no more than its length.
 */

const MAX_LINE = 16_384;
/** What `format rfc3164`, `local`, `rfc5424`, `short`, `timed`, `iso` and `priority` of a `log` line put before it (measured with 2.6). */
const SYSLOG_HEADER =
  /^(?:<\d{1,3}>)?(?:[^["]{0,200}\[\d{1,10}\]: |1 \d{4}-\S{1,40} \S{1,255} \S{1,48} \S{1,128} \S{1,32} - |\d{4}-\d\d-\d\dT\S{8,30} )?/;
const START = String.raw`^(?<address>\S+):(?<port>\d{1,5}) \[(?<date>[^\]]{20,40})\] `;
const ROUTE = String.raw`(?<frontend>\S+) (?<backend>[^/\s]+)/(?<host>\S+) `;
const HTTP = new RegExp(
  `${START}${ROUTE}` +
    String.raw`-?\d+/-?\d+/(?<tc>-?\d+)/(?<tr>-?\d+)/\+?(?<total>-?\d+) (?<status>-?\d+) \+?\d+ \S+ \S+ (?<state>[\w-]{4}) ` +
    String.raw`[\d/+-]+ [\d/]+ (?:\{[^{}]*\} ){0,2}"(?<request>[^"]*)`,
);
const TCP = new RegExp(`${START}${ROUTE}${String.raw`-?\d+/(?<tc>-?\d+)/\+?(?<total>-?\d+) \+?\d+ (?<state>[\w-]{2}) [\d/+-]+ [\d/]+`}`);
const CONNECT = /^Connect from (?<address>\S+):(?<port>\d{1,5}) to \S+ \(/;
const ERROR = new RegExp(`${START}${String.raw`\S+/\S+: (?<message>.+)$`}`);
const DATE = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)\.(\d{3})/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const OWN_WORDS =
  /^(?:\[(?:NOTICE|WARNING|ALERT)\]|Proxy \S+ (?:started|stopped)|(?:Backup )?Server \S+\/\S+ |backend \S+ has no server|Health check for (?:backup )?server )/;
const BAD_NEWS = /^\[ALERT\]|^(?:Backup )?Server \S+ is (?:going )?DOWN|has no server available/;

type Fields = Readonly<Record<string, string | undefined>>;

/** A date as HAProxy logs it, in UTC, which the service's start sets; null when it is none. */
function readDate(text: string): number | null {
  const match = DATE.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '');
  if (match === null || month < 0) return null;
  const [day, year, hour, minute, second, ms] = [1, 3, 4, 5, 6, 7].map((index) => Number(match[index]));
  return Date.UTC(year ?? 0, month, day, hour, minute, second, ms);
}

const natural = (text: string | undefined): number | null => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);

/** On a UNIX socket the number after the colon is not a port. */
const portOf = ({ address, port }: Fields): number | null => (address === 'unix' ? null : natural(port));

/** What httplog and tcplog have in common. */
function session(raw: string, fields: Fields): ProxyLogEntry {
  const { backend = '', host = '', state = '', date = '' } = fields;
  const isServer = !host.startsWith('<');
  const durationMs = natural(fields.total);
  const acceptedAtMs = readDate(date);
  const { meaning, endedBy } = noServer(state, isServer) ?? decodeTermination(state);
  return {
    ...NOTHING_LOGGED,
    raw,
    kind: 'access',
    atMs: acceptedAtMs === null ? null : acceptedAtMs + (durationMs ?? 0),
    clientPort: portOf(fields),
    server: `${backend}/${host}`,
    reachedServer: isServer && natural(fields.tc) !== null,
    durationMs,
    termination: state,
    terminationMeaning: meaning,
    endedBy,
  };
}

/** Nobody was asked: there was no server, or none became free in time. */
function noServer(state: string, isServer: boolean): Termination | null {
  if (state.startsWith('SC') && !isServer) return NO_SERVER_AVAILABLE;
  return state.startsWith('sQ') ? QUEUED_TOO_LONG : null;
}

/** HAProxy logs one status. It is the server's when a server sent response headers and the proxy let them pass. */
function serverStatus({ host = '', tr, status, state = '' }: Fields): number | null {
  const answeredItself = host.startsWith('<') || /^[PL]/.test(state) || /^.[RQCHT]/.test(state);
  return answeredItself || natural(tr) === null ? null : natural(status);
}

function httpSession(raw: string, fields: Fields): ProxyLogEntry {
  const request = fields.request ?? '';
  const [method = null, target = null] = request === '<BADREQ>' || request === '' ? [] : request.split(' ');
  return { ...session(raw, fields), method, target, status: natural(fields.status), serverStatus: serverStatus(fields) };
}

/**
 * Reads one line of HAProxy's log: httplog, tcplog, the default and the error format, and HAProxy's own notices. Null for a
 * line that is none of them. An access line is written at the end of the request or tunnel: `atMs` is the date in it plus
 * the duration.
 */
export function parseLog(line: string): ProxyLogEntry | null {
  const raw = line.slice(0, MAX_LINE).trimEnd();
  const text = raw.replace(SYSLOG_HEADER, '');
  const http = HTTP.exec(text)?.groups;
  if (http) return httpSession(raw, http);
  const tcp = TCP.exec(text)?.groups;
  if (tcp) return session(raw, tcp);
  const connect = CONNECT.exec(text)?.groups;
  if (connect) return { ...NOTHING_LOGGED, raw, kind: 'access', clientPort: portOf(connect) };
  const error = ERROR.exec(text)?.groups;
  if (error) {
    const { date = '', message = null } = error;
    const words = { atMs: readDate(date), clientPort: portOf(error), reachedServer: false, terminationMeaning: message };
    return { ...NOTHING_LOGGED, raw, kind: 'error', ...words };
  }
  const isOwn = OWN_WORDS.test(text) || (text !== raw && /\bhaproxy\[\d+\]: /.test(raw));
  return isOwn && text !== '' ? { ...NOTHING_LOGGED, raw, kind: BAD_NEWS.test(text) ? 'error' : 'notice' } : null;
}
