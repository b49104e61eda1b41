import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, requestOf, toMs, type LogFields } from '../log-fields.ts';

/** `2026-11-23 07:11:14: (gw_backend.c.2389) message`; the time is local, and the start command sets UTC. */
const OWN = /^(?<day>\d{4}-\d\d-\d\d) (?<clock>\d\d:\d\d:\d\d): \((?<place>[\w-]+\.c\.\d+)\) (?<message>.*)$/s;
const MAX_MESSAGE = 500;

const NOT_REACHED = { reachedServer: false, endedBy: 'server', terminationMeaning: 'lighttpd could not connect to the next host' } as const;
/** Messages of the error log, each seen from a real program. */
const MESSAGES: readonly (readonly [pattern: RegExp, says: Partial<ProxyLogEntry>])[] = [
  [/^establishing connection failed: /, NOT_REACHED],
  [/^all handlers for .* are down\.$/, NOT_REACHED],
  [
    /^response not received, request sent: /,
    { reachedServer: true, endedBy: 'server', terminationMeaning: 'the next host closed the connection before it had answered' },
  ],
];

/** Decodes a line of our own access format (JSON, see configs/) or of the error log; null for anything else. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  return fields === null ? ownEntry(line.slice(0, 16_384)) : accessEntry(fields);
}

/** lighttpd does not say which next host it asked, nor what that one answered: only the status that the client got. */
function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const atMs = fields.number('at');
  if (atMs === null) return null;
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    atMs,
    clientPort: fields.number('client_port'),
    ...requestOf(fields.text('request')),
    status: fields.number('status'),
    durationMs: toMs(fields.number('duration_us'), 1000),
  };
}

function ownEntry(line: string): ProxyLogEntry | null {
  const groups = OWN.exec(line)?.groups;
  if (groups === undefined) return null;
  const { day = '', clock = '', message = '' } = groups;
  const atMs = Date.parse(`${day}T${clock}Z`);
  const says = MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  const target = /\bfor (\/\S*?)\??(?: on |, )/.exec(message)?.[1] ?? null;
  const entry: ProxyLogEntry = {
    ...NOTHING_LOGGED,
    raw: line,
    kind: says === undefined ? 'notice' : 'error',
    atMs: Number.isNaN(atMs) ? null : atMs,
  };
  return says === undefined ? entry : { ...entry, ...says, target, termination: message.slice(0, MAX_MESSAGE) };
}
