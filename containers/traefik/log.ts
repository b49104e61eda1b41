import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, toMs } from '../log-fields.ts';

/**
 * Decodes a line of Traefik's access log in JSON (https://doc.traefik.io/traefik/observability/access-logs/), written when the request
 * or its tunnel ends, or of its own log in JSON; null for anything else. Durations are in nanoseconds.
 */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  if (fields === null) return null;
  const atMs = Date.parse(fields.text('time') ?? '');
  const time = Number.isNaN(atMs) ? null : atMs;
  const status = fields.number('DownstreamStatus');
  if (status === null) {
    const level = fields.text('level');
    return level === null
      ? null
      : { ...NOTHING_LOGGED, raw: line, kind: /^(?:error|fatal|panic)$/.test(level) ? 'error' : 'notice', atMs: time };
  }
  const origin = fields.number('OriginStatus');
  const hasServer = fields.text('ServiceAddr') !== null;
  const serverStatus = hasServer && origin !== null && origin > 0 ? origin : null;
  const isOwn = !hasServer;
  const isGone = status === 499;
  return {
    ...NOTHING_LOGGED,
    raw: line,
    kind: 'access',
    atMs: time,
    clientPort: fields.number('ClientPort'),
    method: fields.text('RequestMethod'),
    target: fields.text('RequestPath'),
    status,
    // Traefik gives its own 502 and 504 as the origin's as well.
    serverStatus: serverStatus !== null && serverStatus < 502 && !isGone ? serverStatus : null,
    server: fields.text('ServiceAddr'),
    reachedServer: isOwn ? false : serverStatus !== null && serverStatus < 499 ? true : null,
    durationMs: toMs(fields.number('Duration'), 1_000_000),
    termination: isOwn || isGone ? String(status) : null,
    terminationMeaning: isOwn
      ? `Traefik answered ${status} by itself and asked no next host`
      : isGone
        ? 'the client closed the connection'
        : null,
    endedBy: isOwn ? 'proxy' : isGone ? 'client' : null,
  };
}
