import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, requestOf, toMs, type LogFields } from '../log-fields.ts';

/** `[lib/core/proxy.c] in request:/reset:I/O error (head)`. */
const OWN_ERROR = /^\[lib\/[\w/.]+\] in request:(?<target>[^:]*):(?<message>.*)$/;
const OWN_NOTICE = /^(?:\[(?:INFO|WARN(?:ING)?)\]|h2o server |received SIG|fetch-ocsp-response)/;
const MAX_MESSAGE = 500;

/** Decodes a line of our own access format (JSON, see configs/) or of H2O's error log; null for anything else. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  if (fields !== null) return accessEntry(fields);
  const raw = line.slice(0, 16_384);
  const { target, message } = OWN_ERROR.exec(raw)?.groups ?? {};
  if (message !== undefined) return { ...NOTHING_LOGGED, raw, kind: 'error', target: target ?? null, ...failure(message) };
  return OWN_NOTICE.test(raw) ? { ...NOTHING_LOGGED, raw, kind: 'notice' } : null;
}

/**
 * For a request the line is written when it ends. For a tunnel H2O writes it when the tunnel begins (measured), so it says nothing of
 * the end; `at` is when the request came.
 */
function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const at = fields.number('at');
  if (at === null) return null;
  const durationMs = toMs(fields.number('duration'), 0.001);
  const error = fields.text('error');
  const status = fields.number('status');
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    atMs: at + (durationMs ?? 0),
    clientPort: fields.number('client_port'),
    ...requestOf(fields.text('request')),
    status,
    serverStatus: status === 101 ? 101 : null,
    reachedServer: status === 101 ? true : null,
    durationMs,
    ...(error === null ? {} : failure(error.replace(/^\[lib\/[\w/.]+\] /, ''))),
  };
}

/** Messages of lib/core/proxy.c and lib/common/http1client.c, each seen from a real program. */
function failure(message: string): Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy' | 'reachedServer'> {
  const termination = message.slice(0, MAX_MESSAGE);
  if (message === 'connection failed')
    return { termination, terminationMeaning: 'H2O could not connect to the next host', endedBy: 'server', reachedServer: false };
  if (message === 'I/O timeout')
    return { termination, terminationMeaning: 'the next host did not answer in time', endedBy: 'timeout', reachedServer: true };
  if (message === 'I/O error (head)')
    return {
      termination,
      terminationMeaning: 'the next host closed the connection before it had answered',
      endedBy: 'server',
      reachedServer: true,
    };
  return { termination, terminationMeaning: null, endedBy: null, reachedServer: null };
}
