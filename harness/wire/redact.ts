/** Values that must not be copied from evidence into findings: session cookies, credentials, tokens in query strings. */

const SECRET_HEADERS = new Set(['cookie', 'set-cookie', 'authorization', 'proxy-authorization', 'proxy-authenticate', 'x-api-key']);
const MAX_VALUE = 1024;
const MAX_LINE = 2048;

/** A header value as a finding may show it: secrets by their length only, anything else cut at 1 KiB. */
export function shownValue(name: string, value: string): string {
  if (SECRET_HEADERS.has(name.toLowerCase())) return `[redacted, ${value.length} bytes]`;
  return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}… (${value.length} bytes)` : value;
}

/** The query by which the harness tells its own requests apart: no secret, and no part of what is asked for. */
const OWN_QUERY = /\?hopscope=[\w.-]{1,200}(?=$|[\s"'])/g;

/** A request-target without its query, whose values may be tokens. */
export function shownTarget(full: string): string {
  const target = full.replace(OWN_QUERY, '');
  const at = target.indexOf('?');
  return bounded(at === -1 ? target : `${target.slice(0, at)}?[redacted]`, 200);
}

/** A log line or a start line without the queries in it. */
export const shownLine = (line: string): string =>
  bounded(line, MAX_LINE).replace(/\?(?!hopscope=[\w.-]{1,200}(?:$|[\s"']))[^\s"']+/g, '?[redacted]');

export const bounded = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
