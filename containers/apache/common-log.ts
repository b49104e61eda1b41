import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';

/** `common`, `combined` and `vhost_combined` of Debian's apache2.conf: https://httpd.apache.org/docs/2.4/logs.html#common */
const LINE =
  /^(?:\S+:\d{1,5} )?\S+ \S+ \S+ \[(?<day>\d\d)\/(?<month>\w{3})\/(?<year>\d{4}):(?<time>\d\d:\d\d:\d\d) (?<zone>[+-]\d{4})\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}|-) (?:\d+|-)(?: |$)/;

/**
 * An access line in a format that knows neither the client's port nor the next host. The time in it is that of the request, to the
 * second, and the line is written when the request, or the tunnel it became, ends.
 */
export function parseCommonLine(line: string): ProxyLogEntry | null {
  const groups = LINE.exec(line.slice(0, 16_384))?.groups;
  if (groups === undefined) return null;
  const { day, month, year, time, zone, request = '', status = '-' } = groups;
  const at = Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
  const [method = null, target = null] = request.split(' ');
  return {
    ...NOTHING_LOGGED,
    raw: line,
    kind: 'access',
    atMs: Number.isNaN(at) ? null : at,
    method: request === '-' ? null : method,
    target,
    status: status === '-' ? null : Number(status),
  };
}
