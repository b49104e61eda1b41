import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, type LogFields } from '../log-fields.ts';

/** `[2026-11-23 07:11:06.149][1][info][main] ...`: Envoy's own words. */
const OWN = /^\[(?<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3})\]\[\d+\]\[(?<level>\w+)\]\[[\w ]+\] /;
const MAX_MESSAGE = 500;

type Says = readonly [meaning: string, endedBy: ProxyLogEntry['endedBy'], reached: boolean | null];

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags */
const FLAGS: Readonly<Record<string, Says>> = {
  NR: ['no route matched, so Envoy answered by itself', 'proxy', false],
  UF: ['Envoy could not connect to the next host', 'server', false],
  UH: ['Envoy had no healthy next host', 'proxy', false],
  UC: ['the next host closed the connection', 'server', true],
  UR: ['the next host reset the stream', 'server', true],
  UT: ['the next host did not answer in time', 'timeout', true],
  SI: ['an idle limit of Envoy expired', 'timeout', null],
  DC: ['the client closed the connection', 'client', null],
};

/** Decodes a line of our own access format (JSON, see configs/) or of Envoy's own words, which are in UTC; null for anything else. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  if (fields !== null) return accessEntry(fields);
  const { at = '', level = '' } = OWN.exec(line.slice(0, 16_384))?.groups ?? {};
  if (level === '') return null;
  const atMs = Date.parse(`${at.replace(' ', 'T')}Z`);
  return { ...NOTHING_LOGGED, raw: line.slice(0, 16_384), kind: /^(?:error|critical)$/.test(level) ? 'error' : 'notice', atMs };
}

/** Written when the request or its tunnel ends. */
function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const startMs = Date.parse(fields.text('start') ?? '');
  const status = fields.number('status');
  if (Number.isNaN(startMs) || status === null) return null;
  const flag = fields.text('flags')?.split(',')[0] ?? '';
  const details = fields.text('details');
  const says = FLAGS[flag];
  const isServer = details === 'via_upstream';
  const durationMs = fields.number('duration');
  const port = /:(\d{1,5})$/.exec(fields.text('client') ?? '')?.[1];
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    atMs: startMs + (durationMs ?? 0),
    clientPort: port === undefined ? null : Number(port),
    method: fields.text('method'),
    target: fields.text('target'),
    status: status === 0 ? null : status,
    serverStatus: isServer ? status : null,
    server: fields.text('upstream'),
    reachedServer: isServer ? true : (says?.[2] ?? (details === 'direct_response' ? false : null)),
    durationMs,
    termination: says === undefined ? null : (details ?? flag).slice(0, MAX_MESSAGE),
    terminationMeaning: says?.[0] ?? (details === 'direct_response' ? 'Envoy answered by itself and asked no next host' : null),
    endedBy: says?.[1] ?? (details === 'direct_response' ? 'proxy' : null),
  };
}
