/** How many bytes it takes at most to tell. */
export const SNIFF_LENGTH = 512;

/**
 * What a direction begins with. `more`: cannot be told yet. `proxy`: a header of the PROXY protocol, `length` bytes in front of the content.
 */
export type Sniffed =
  | { readonly kind: 'request' | 'response' | 'tls' | 'http2' | 'more' | 'foreign' }
  | { readonly kind: 'proxy'; readonly length: number };

const METHODS = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'REPORT', 'SEARCH', 'PURGE'],
].map((method) => `${method} `);
const RESPONSE = 'HTTP/1.';
/** RFC 9113 section 3.4. */
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const PROXY_V1 = 'PROXY ';
const PROXY_V1_LONGEST = 107;
const PROXY_V2 = '\r\n\r\n\0\r\nQUIT\n';
const PROXY_V2_FIXED = 16;
const REQUEST_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^ \r\n]+ HTTP\/1\.\d\r\n/;

/** Looks at the first bytes of a direction. Any bytes will do; more than 512 are not looked at. */
export function sniff(bytes: Buffer): Sniffed {
  if (bytes.length === 0) return { kind: 'more' };
  const first = bytes[0] ?? 0;
  if (first === 0x16) return sniffTls(bytes);
  const text = bytes.toString('latin1', 0, SNIFF_LENGTH);
  if (first === 0x0d) return sniffProxyV2(bytes, text);
  if (text.startsWith(RESPONSE)) return { kind: 'response' };
  if (text.startsWith(HTTP2_PREFACE)) return { kind: 'http2' };
  if (text.startsWith(PROXY_V1)) return sniffProxyV1(text);
  if (METHODS.some((method) => text.startsWith(method)) || REQUEST_LINE.test(text)) return { kind: 'request' };
  const known = [...METHODS, RESPONSE, HTTP2_PREFACE, PROXY_V1];
  return { kind: known.some((start) => start.startsWith(text)) ? 'more' : 'foreign' };
}

/** Whether a head of HTTP/1 begins here: to find the way back after bytes that are missing. */
export function beginsHead(kind: 'request' | 'response', chunk: Buffer, start: number, end: number): boolean {
  const first = chunk[start] ?? 0;
  if (first < 0x41 || first > 0x5a) return false;
  const text = chunk.toString('latin1', start, Math.min(end, start + 12));
  return kind === 'response' ? text.startsWith(RESPONSE) : METHODS.some((method) => text.startsWith(method));
}

/** A handshake record of SSL 3.0 to TLS 1.3 (RFC 8446 section 5.1). */
function sniffTls(bytes: Buffer): Sniffed {
  if (bytes.length < 3) return { kind: bytes.length === 1 || bytes[1] === 3 ? 'more' : 'foreign' };
  return { kind: bytes[1] === 3 && (bytes[2] ?? 0) <= 4 ? 'tls' : 'foreign' };
}

function sniffProxyV1(text: string): Sniffed {
  const end = text.indexOf('\r\n');
  if (end !== -1 && end + 2 <= PROXY_V1_LONGEST) return { kind: 'proxy', length: end + 2 };
  return { kind: text.length < PROXY_V1_LONGEST ? 'more' : 'foreign' };
}

function sniffProxyV2(bytes: Buffer, text: string): Sniffed {
  if (!text.startsWith(PROXY_V2)) return { kind: PROXY_V2.startsWith(text) ? 'more' : 'foreign' };
  if (bytes.length < PROXY_V2_FIXED) return { kind: 'more' };
  return { kind: 'proxy', length: PROXY_V2_FIXED + bytes.readUInt16BE(14) };
}
