import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { parseErrorLine } from './error-log.ts';

/** A line longer than this is cut by nginx itself (error log) or is not worth reading. */
const MAX_LINE = 64 * 1024;

/**
 * Decodes a line of our own log format `hopscope` (JSON, see configs/), of nginx's default format `combined`, or of the error
 * log. Null for anything else. An access line is written when the request or its tunnel ends and says 101 whatever ended it;
 * who did stands, if anywhere, in the error log.
 */
export function parseLog(line: string): ProxyLogEntry | null {
  const raw = line.slice(0, MAX_LINE);
  if (raw.startsWith('{')) return parseHopscope(raw);
  return parseErrorLine(raw) ?? parseCombined(raw);
}

function parseHopscope(raw: string): ProxyLogEntry | null {
  const field = readFields(raw);
  // A stranger's JSON may have any of these fields too, with values of its own.
  if (field === null || seconds(field('at')) === null || numberOf(field('client_port')) === null) return null;
  if (field('session_status') !== null) return streamEntry(raw, field);
  const status = numberOf(field('status'));
  const connectTimes = field('upstream_connect_time');
  const answered = hasNumber(field('upstream_header_time'));
  const reachedServer = connectTimes === null ? false : hasNumber(connectTimes);
  return {
    ...NOTHING_LOGGED,
    raw,
    kind: 'access',
    atMs: seconds(field('at')),
    clientPort: numberOf(field('client_port')),
    method: field('method'),
    target: field('target'),
    status,
    // nginx fills in 502 or 504 as the upstream's status when none came: only a header time proves an answer.
    serverStatus: answered ? lastNumber(field('upstream_status')) : null,
    server: field('upstream_addr'),
    reachedServer,
    durationMs: seconds(field('request_time')),
    ...ending(status, field('upstream_addr') !== null, reachedServer, answered),
  };
}

type Ending = Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy'>;

/** What the status says when it is nginx's own and not the next host's. */
function ending(status: number | null, hadServer: boolean, reachedServer: boolean, answered: boolean): Ending {
  const say = (terminationMeaning: string, endedBy: ProxyLogEntry['endedBy']): Ending => ({
    termination: String(status),
    terminationMeaning,
    endedBy,
  });
  if (status === null || (answered && status !== 499)) return { termination: null, terminationMeaning: null, endedBy: null };
  if (status === 499) return say('the client closed the connection before nginx had answered', 'client');
  if (status === 408)
    return say('the client did not send its whole request in time (client_header_timeout or client_body_timeout)', 'timeout');
  if (!hadServer && status === 101) return { termination: null, terminationMeaning: null, endedBy: null };
  if (!hadServer) return say(`nginx answered ${status} by itself and asked no next host`, 'proxy');
  if (status === 504)
    return say(
      reachedServer ? 'the next host did not answer within proxy_read_timeout' : 'the next host did not accept the connection in time',
      'timeout',
    );
  if (!reachedServer) return say('nginx could not connect to the next host', 'server');
  return say('the next host closed the connection or answered with something that is no HTTP response', 'server');
}

function streamEntry(raw: string, field: (name: string) => string | null): ProxyLogEntry {
  const session = field('session_status');
  const reachedServer = hasNumber(field('upstream_connect_time'));
  const failed: Ending = {
    termination: `stream ${session}`,
    terminationMeaning: STREAM_STATUS[session ?? ''] ?? null,
    endedBy: reachedServer ? null : session === '502' ? 'server' : 'proxy',
  };
  return {
    ...NOTHING_LOGGED,
    raw,
    kind: 'access',
    atMs: seconds(field('at')),
    clientPort: numberOf(field('client_port')),
    server: field('upstream_addr'),
    reachedServer,
    durationMs: seconds(field('session_time')),
    ...(session === '200' ? {} : failed),
  };
}

/** https://nginx.org/en/docs/stream/ngx_stream_core_module.html#var_status. No client is ever sent it. */
const STREAM_STATUS: Readonly<Record<string, string>> = {
  '400': 'nginx could not parse the data the client sent (for example a PROXY header)',
  '403': 'nginx refused the client (deny rule)',
  '500': 'nginx failed internally',
  '502': 'nginx could not connect to the next host',
  '503': 'nginx refused the client because of a connection limit',
};

const COMBINED = /^\S+ - \S+ \[(?<time>[^\]]{1,40})\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}) \d+(?: |$)/;
const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;

/** `combined` has neither the client's port nor the next host, and its time, when the line was written, is in whole seconds. */
function parseCombined(raw: string): ProxyLogEntry | null {
  const groups = COMBINED.exec(raw)?.groups;
  if (groups === undefined) return null;
  const [, day, month, year, clock, hours, minutes] = TIME.exec(groups['time'] ?? '') ?? [];
  const atMs = Date.parse(`${day} ${month} ${year} ${clock} ${hours}${minutes}`);
  const [, method, target] = /^([A-Z]+) (\S+)/.exec(groups['request'] ?? '') ?? [];
  return {
    ...NOTHING_LOGGED,
    raw,
    kind: 'access',
    atMs: Number.isNaN(atMs) ? null : atMs,
    method: method ?? null,
    target: target ?? null,
    status: Number(groups['status']),
  };
}

/** Reads a field as text; empty and `-` are nginx's two ways to say that there is none. */
function readFields(raw: string): ((name: string) => string | null) | null {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null) return null;
    const fields = new Map<string, unknown>(Object.entries(value));
    return (name) => {
      const text = fields.get(name);
      return typeof text !== 'string' || text === '' || text === '-' ? null : text;
    };
  } catch {
    return null;
  }
}

const numberOf = (text: string | null): number | null => (text !== null && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : null);

const seconds = (text: string | null): number | null => {
  const value = numberOf(text);
  return value === null ? null : Math.round(value * 1000);
};

/** Upstream variables hold one value for each host tried: `502, 200`, and ` : ` after an internal redirect. */
const hasNumber = (text: string | null): boolean => text !== null && /\d/.test(text);
const lastNumber = (text: string | null): number | null => numberOf(text?.split(/[,:]/).at(-1)?.trim() ?? null);
