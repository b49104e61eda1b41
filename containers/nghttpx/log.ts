import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, toMs, type LogFields } from '../log-fields.ts';

/** `2026-11-23T07:11:06.149Z 18 18 2f26e81c WARN (shrpx_x.cc:1532) message`; processes and a place in the sources come first. */
const OWN =
  /^(?<at>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) \d+ \d+ \w+ (?<level>INFO|NOTICE|WARN|ERROR|FATAL) \((?<place>[\w.]+:\d+)\) (?<message>.*)$/s;
const NO_BACKEND = '-:-';
const MAX_MESSAGE = 500;

/** Decodes a line of our own access format (JSON, see configs/) or of the error log; null for anything else. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  return fields === null ? ownEntry(line.slice(0, 16_384)) : accessEntry(fields);
}

/**
 * Written when the request or its tunnel ends. nghttpx's clock in it may be seconds late (measured), so the line has no time. Without
 * a back end nghttpx answered by itself, or got no answer from the one it asked.
 */
function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const status = fields.number('status');
  const backend = fields.text('backend');
  if (status === null || backend === null) return null;
  const hasAnswer = backend !== NO_BACKEND;
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    clientPort: fields.number('client_port'),
    method: fields.text('method') === '<unknown>' ? null : fields.text('method'),
    target: fields.text('target'),
    status,
    serverStatus: hasAnswer ? status : null,
    server: hasAnswer ? backend : null,
    reachedServer: hasAnswer ? true : null,
    durationMs: toMs(fields.number('duration'), 0.001),
    ...(hasAnswer ? {} : ending(status)),
  };
}

function ending(status: number): Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy'> {
  const say = (terminationMeaning: string, endedBy: ProxyLogEntry['endedBy']): ReturnType<typeof ending> => ({
    termination: String(status),
    terminationMeaning,
    endedBy,
  });
  if (status === 502)
    return say('the next host refused or closed the connection, or answered with something that is not its protocol', 'server');
  if (status === 504) return say('the next host did not answer in time', 'timeout');
  return say(`nghttpx answered ${status} by itself`, 'proxy');
}

function ownEntry(line: string): ProxyLogEntry | null {
  const { at = '', level = '', message = '' } = OWN.exec(line)?.groups ?? {};
  if (level === '') return null;
  const isFailure = level === 'ERROR' || message.includes('Backend connect failed');
  const atMs = Date.parse(at);
  return {
    ...NOTHING_LOGGED,
    raw: line,
    kind: isFailure ? 'error' : 'notice',
    atMs: Number.isNaN(atMs) ? null : atMs,
    ...(message.includes('Backend connect failed')
      ? {
          reachedServer: false,
          termination: message.slice(0, MAX_MESSAGE),
          terminationMeaning: 'nghttpx could not connect to the next host',
          endedBy: 'server' as const,
        }
      : {}),
  };
}
