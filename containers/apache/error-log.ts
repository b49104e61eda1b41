import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';

/** The default ErrorLogFormat: `[Mon Nov 23 07:10:49.938014 2026] [proxy_http:error] [pid 22:tid 38] (104)...: [client ip:port] AH01102: ...`. */
const LINE =
  /^\[\w{3} (?<month>\w{3}) (?<day>\d\d) (?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)\.(?<micro>\d{6}) (?<year>\d{4})\] \[\w*:(?<level>\w+)\] \[pid \d+(?::tid \d+)?\] (?<rest>.*)$/s;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SERIOUS = new Set(['error', 'crit', 'alert', 'emerg']);
const CLIENT = /\[client \S+:(\d{1,5})\]/;
const CODE = /\b(AH\d{5}): /;
const MAX_MESSAGE = 500;

interface Meaning {
  readonly meaning: string;
  readonly endedBy: ProxyLogEntry['endedBy'];
  readonly reached: boolean | null;
}

/** Message codes of mod_proxy (docs/log-message-tags of the sources); each seen from a real program. */
const CODES: Readonly<Record<string, Meaning>> = {
  AH00957: { meaning: 'Apache could not connect to the next host', endedBy: 'server', reached: false },
  AH01114: { meaning: 'Apache could not connect to the next host', endedBy: 'server', reached: false },
  AH01102: { meaning: 'the connection to the next host broke, or timed out, before a response had come', endedBy: 'server', reached: true },
};

/** Decodes a line of the error log, which must be in UTC; null for any other. */
export function parseErrorLine(line: string): ProxyLogEntry | null {
  const groups = LINE.exec(line.slice(0, 16_384))?.groups;
  if (groups === undefined) return null;
  const { month = '', level = '', rest = '' } = groups;
  const [year, day, hour, minute, second, micro] = ['year', 'day', 'hour', 'minute', 'second', 'micro'].map((name) => Number(groups[name]));
  const atMs = Date.UTC(year ?? 0, MONTHS.indexOf(month), day, hour, minute, second) + (micro ?? 0) / 1000;
  const port = CLIENT.exec(rest)?.[1];
  const isSerious = SERIOUS.has(level);
  const known = isSerious ? CODES[CODE.exec(rest)?.[1] ?? ''] : undefined;
  const isTimeout = /timeout specified has expired/.test(rest);
  return {
    ...NOTHING_LOGGED,
    raw: line,
    kind: isSerious ? 'error' : 'notice',
    atMs: MONTHS.includes(month) ? atMs : null,
    clientPort: port === undefined ? null : Number(port),
    reachedServer: known?.reached ?? null,
    termination: isSerious ? rest.slice(0, MAX_MESSAGE) : null,
    terminationMeaning: known?.meaning ?? null,
    endedBy: known !== undefined && isTimeout ? 'timeout' : (known?.endedBy ?? null),
  };
}
