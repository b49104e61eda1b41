/** Reads the head (start line and fields) of an HTTP/1.x message without losing order, case or duplicates. */

/** One field line. `name` as on the wire; `value` without the optional white space around it. Bytes over 0x7f are latin1. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** `version` as on the wire: `HTTP/1.1`. `byteLength` reaches to the end of the empty line. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly Header[];
  readonly byteLength: number;
}

export interface ResponseHead {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly byteLength: number;
}

export interface MalformedHead {
  readonly kind: 'malformed';
  readonly reason: string;
  /** Byte offset of the line that is wrong. */
  readonly offset: number;
}

/** `malformed` comes as soon as a byte or a whole line is wrong, also when the rest is still missing. */
export type HeadResult<Head> = { readonly kind: 'complete'; readonly head: Head } | { readonly kind: 'incomplete' } | MalformedHead;

/** Longest head in bytes. */
export const MAX_HEAD_BYTES = 65_536;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([^ ]+) (HTTP\/\d\.\d)$/;
const STATUS_LINE = /^(HTTP\/\d\.\d) (\d{3})(?: (.*))?$/;
const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const DEL = 127;

/** Reads a request head (RFC 9112 sections 2 to 5). Empty lines before the request line are skipped (section 2.2). */
export function parseRequestHead(bytes: Buffer): HeadResult<RequestHead> {
  return parseHead(bytes, countLeadingEmptyLines(bytes), (line) => {
    const [, method, target, version] = REQUEST_LINE.exec(line) ?? [];
    return method === undefined || target === undefined || version === undefined ? null : { method, target, version };
  });
}

/** Reads a response head. A status line without the space before an empty reason is accepted, as clients do. */
export function parseResponseHead(bytes: Buffer): HeadResult<ResponseHead> {
  return parseHead(bytes, 0, (line) => {
    const [, version, status, reason] = STATUS_LINE.exec(line) ?? [];
    return version === undefined || status === undefined ? null : { version, status: Number(status), reason: reason ?? '' };
  });
}

/** The values of every field of this name, in order. */
export const headerValues = (head: { readonly headers: readonly Header[] }, name: string): readonly string[] =>
  head.headers.filter((header) => header.name.toLowerCase() === name.toLowerCase()).map((header) => header.value);

/** The members of a field that is a comma-separated list, over all its lines; empty members are dropped (RFC 9110 section 5.6.1). */
export const listMembers = (head: { readonly headers: readonly Header[] }, name: string): readonly string[] =>
  headerValues(head, name)
    .flatMap((value) => value.split(','))
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');

/** Whether a list field holds the token, in any case of letters. */
export const hasToken = (head: { readonly headers: readonly Header[] }, name: string, token: string): boolean =>
  listMembers(head, name).some((member) => member.toLowerCase() === token.toLowerCase());

const malformed = (reason: string, offset: number): MalformedHead => ({ kind: 'malformed', reason, offset });

type WithFields<Start> = Start & { readonly headers: readonly Header[]; readonly byteLength: number };

function parseHead<Start extends object>(
  bytes: Buffer,
  start: number,
  readStart: (line: string) => Start | null,
): HeadResult<WithFields<Start>> {
  let startLine: Start | null = null;
  const headers: Header[] = [];
  let offset = start;
  for (;;) {
    const line = readLine(bytes, offset);
    if (typeof line !== 'string') return line;
    const next = offset + line.length + 2;
    if (startLine === null) {
      startLine = readStart(line);
      if (startLine === null) return malformed('the start line is not HTTP/1.x', offset);
    } else if (line === '') {
      return { kind: 'complete', head: { ...startLine, headers, byteLength: next } };
    } else {
      const header = readField(line);
      if (typeof header === 'string') return malformed(header, offset);
      headers.push(header);
    }
    offset = next;
  }
}

/** One line without its CRLF, as latin1; or why there is none. */
function readLine(bytes: Buffer, from: number): string | { readonly kind: 'incomplete' } | MalformedHead {
  const limit = Math.min(bytes.length, MAX_HEAD_BYTES);
  for (let at = from; at < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === CR && at + 1 < limit) {
      if (bytes[at + 1] !== LF) return malformed('a CR without LF', at);
      return bytes.toString('latin1', from, at);
    }
    if (byte === LF) return malformed('a line ends with LF alone', at);
    if ((byte < SPACE && byte !== TAB && byte !== CR) || byte === DEL)
      return malformed(`control byte 0x${byte.toString(16).padStart(2, '0')}`, at);
  }
  return bytes.length >= MAX_HEAD_BYTES
    ? malformed(`the head is longer than ${MAX_HEAD_BYTES} bytes`, MAX_HEAD_BYTES)
    : { kind: 'incomplete' };
}

/** RFC 9112 section 5: no white space before the colon, no folded lines. */
function readField(line: string): Header | string {
  if (line.startsWith(' ') || line.startsWith('\t')) return 'a folded header line';
  const colon = line.indexOf(':');
  if (colon === -1) return 'a header line without a colon';
  const name = line.slice(0, colon);
  if (name === '') return 'a header without a name';
  if (/[ \t]$/.test(name)) return 'white space before the colon of a header';
  if (!TOKEN.test(name)) return 'a header name that is not a token';
  return { name, value: line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '') };
}

function countLeadingEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (at < MAX_HEAD_BYTES && bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}
