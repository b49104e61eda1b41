import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, toMs, type LogFields } from '../log-fields.ts';

const ROUNDTRIP = 'http.handlers.reverse_proxy';
const LEVELS: Readonly<Record<string, ProxyLogEntry['kind']>> = { error: 'error', fatal: 'error', panic: 'error' };
const MAX_MESSAGE = 500;

/**
 * Decodes a line of Caddy's log in JSON (https://caddyserver.com/docs/logging): its access log, written when the request or its
 * tunnel ends, its errors, and what `reverse_proxy` says at level debug: which next host it asked, and what came back.
 */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  const level = fields?.text('level') ?? null;
  const ts = fields?.number('ts') ?? null;
  if (fields === null || level === null || ts === null) return null;
  const request = fields.object('request');
  const logger = fields.text('logger') ?? '';
  const entry: ProxyLogEntry = {
    ...NOTHING_LOGGED,
    raw: line,
    kind: LEVELS[level] ?? 'notice',
    atMs: ts * 1000,
    clientPort: request.number('remote_port'),
    method: request.text('method'),
    target: request.text('uri'),
  };
  if (logger.startsWith('http.log.access')) return accessEntry(entry, fields);
  if (logger === ROUNDTRIP) return roundtripEntry(entry, fields);
  if (!logger.startsWith('http.log.error')) return entry;
  return { ...entry, status: fields.number('status'), ...failure(fields.text('msg')) };
}

/** Version 2.6 logs a tunnel with status 0 and the headers of its 101; 0 without them is a client that left before an answer. */
function accessEntry(entry: ProxyLogEntry, fields: LogFields): ProxyLogEntry {
  const logged = fields.number('status');
  const isTunnel = logged === 101 || (logged === 0 && /"Upgrade":\["/i.test(entry.raw.slice(entry.raw.indexOf('"resp_headers"'))));
  const isGone = logged === 0 && !isTunnel;
  return {
    ...entry,
    kind: 'access',
    status: isTunnel ? 101 : isGone ? null : logged,
    durationMs: toMs(fields.number('duration'), 0.001),
    endedBy: isGone ? 'client' : null,
    terminationMeaning: isGone ? 'the client closed the connection before it had an answer' : null,
  };
}

function roundtripEntry(entry: ProxyLogEntry, fields: LogFields): ProxyLogEntry {
  const error = fields.text('error');
  const server = fields.text('upstream');
  if (error !== null) return { ...entry, kind: 'error', server, ...failure(error) };
  const serverStatus = fields.number('status');
  return { ...entry, server, serverStatus, reachedServer: serverStatus === null ? null : true };
}

/** Errors of Go's net package in words. A `dial` never opened a connection. */
function failure(message: string | null): Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy' | 'reachedServer'> {
  const termination = message?.slice(0, MAX_MESSAGE) ?? null;
  const say = (
    terminationMeaning: string | null,
    endedBy: ProxyLogEntry['endedBy'],
    reachedServer: boolean | null,
  ): ReturnType<typeof failure> => ({
    termination,
    terminationMeaning,
    endedBy,
    reachedServer,
  });
  if (message === null) return say(null, null, null);
  if (/^context canceled$/.test(message)) return say('the client closed the connection before it had an answer', 'client', null);
  if (/^dial .*(?:i\/o timeout|deadline exceeded)/.test(message))
    return say('the next host did not accept the connection in time', 'timeout', false);
  if (/^dial |^lookup /.test(message)) return say('Caddy could not connect to the next host', 'server', false);
  if (/timeout|deadline exceeded/.test(message)) return say('the next host did not answer in time', 'timeout', true);
  if (/connection reset by peer|EOF|broken pipe|malformed HTTP/.test(message))
    return say('the next host closed the connection or answered with something else than HTTP', 'server', true);
  return say(null, null, null);
}
