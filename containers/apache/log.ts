import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, requestOf, toMs, type LogFields } from '../log-fields.ts';
import { parseCommonLine } from './common-log.ts';
import { parseErrorLine } from './error-log.ts';

/**
 * Decodes a line of our own log format `hopscope` (JSON, see configs/modules.inc) of the error log, or of the formats that
 * Debian's package has; null for anything else. An
 * access line is written when the request or its tunnel ends. The note `proxy-source-port` is set once mod_proxy_http has a
 * connection to the next host, `proxy-status` once that host has answered (https://httpd.apache.org/docs/2.4/mod/mod_proxy.html).
 */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  return fields === null ? (parseErrorLine(line) ?? parseCommonLine(line)) : accessEntry(fields);
}

function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const at = fields.number('at');
  if (at === null) return null;
  const isProxied = fields.text('handler') === 'proxy-server';
  const status = fields.number('status');
  const isConnected = fields.number('server_port') !== null;
  const serverStatus = fields.number('server_status');
  // mod_proxy_wstunnel takes none of the notes and leaves the status at 200, whatever went through the tunnel (measured).
  const isTunnel = isProxied && status === 200 && !isConnected;
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    atMs: at / 1000,
    clientPort: fields.number('client_port'),
    ...requestOf(fields.text('request')),
    status: isTunnel ? null : status,
    serverStatus,
    reachedServer: isTunnel || isConnected,
    durationMs: toMs(fields.number('duration_us'), 1000),
    ...(isTunnel || serverStatus !== null ? {} : ending(fields, status, isProxied, isConnected)),
  };
}

/** What the status says when it is Apache's own and not the next host's. */
function ending(
  fields: LogFields,
  status: number | null,
  isProxied: boolean,
  isConnected: boolean,
): Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy'> {
  const termination = reasonOf(fields.text('error')) ?? String(status);
  if (!isProxied)
    return { termination, terminationMeaning: `Apache answered ${status ?? 'nothing'} by itself and asked no next host`, endedBy: 'proxy' };
  if (!isConnected) return { termination, terminationMeaning: 'Apache could not connect to the next host', endedBy: 'server' };
  if (status === 504) return { termination, terminationMeaning: 'the next host did not answer within ProxyTimeout', endedBy: 'timeout' };
  if (status === 502)
    return {
      termination,
      terminationMeaning: 'the next host closed the connection or answered with something else than HTTP',
      endedBy: 'server',
    };
  return { termination: null, terminationMeaning: null, endedBy: null };
}

/** The words between the tags of an error note. */
const reasonOf = (note: string | null): string | null => /<strong>([^<]{1,200})<\/strong>/.exec(note ?? '')?.[1] ?? null;
