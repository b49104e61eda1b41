/*
 * The part of DNS messages that answering needs (RFC 1035 section 4.1, RFC 6891 section 6.1): one question in, a few records out. Names are
 * kept as the bytes of their labels in latin1; compression is read where it may stand and never written but to the question.
 */

export const DNS_TYPE = { a: 1, srv: 33, opt: 41, any: 255 } as const;
export const DNS_CODE = { noError: 0, formatError: 1, notImplemented: 4, badVersion: 16 } as const;
/** A UDP answer to somebody who says nothing of sizes (RFC 1035 section 4.2.1), and the most that we send. */
const PLAIN_UDP_BYTES = 512;
const MOST_UDP_BYTES = 1232;
const HEADER_BYTES = 12;
const INTERNET = 1;
const [RESPONSE, AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED, RECURSION_AVAILABLE] = [0x8000, 0x0400, 0x0200, 0x0100, 0x0080];

export interface DnsQuestion {
  /** Without the trailing dot, in the letters that were sent. */
  readonly name: string;
  readonly type: number;
  readonly isInternet: boolean;
}

/** A query as far as it could be read. */
export interface DnsQuery {
  readonly id: number;
  readonly flags: number;
  /** Null: there is not exactly one, or it cannot be read. */
  readonly question: DnsQuestion | null;
  /** Its bytes, for the answer. */
  readonly questionBytes: Buffer;
  /** Null: no EDNS. */
  readonly edns: { readonly version: number; readonly udpBytes: number } | null;
}

export interface DnsRecord {
  /** Null: that of the question. */
  readonly name: string | null;
  readonly type: number;
  readonly ttl: number;
  readonly data: Buffer;
}

export interface DnsAnswer {
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

const NOTHING = Buffer.alloc(0);

/** Null: no query at all (shorter than a header, or a response), which nobody answers. Never throws. */
export function readQuery(bytes: Buffer): DnsQuery | null {
  if (bytes.length < HEADER_BYTES) return null;
  const [id, flags] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  if ((flags & RESPONSE) !== 0) return null;
  const unread: DnsQuery = { id, flags, question: null, questionBytes: NOTHING, edns: null };
  if (opcodeOf(flags) !== 0 || bytes.readUInt16BE(4) !== 1) return unread;
  const name = readName(bytes, HEADER_BYTES);
  if (name === null || name.end + 4 > bytes.length) return unread;
  const end = name.end + 4;
  const question = { name: name.text, type: bytes.readUInt16BE(name.end), isInternet: bytes.readUInt16BE(name.end + 2) === INTERNET };
  const others = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  return { ...unread, question, questionBytes: bytes.subarray(HEADER_BYTES, end), edns: readEdns(bytes, end, others) };
}

export const opcodeOf = (flags: number): number => (flags >> 11) & 15;

/** `overTcp`: of any length; else an answer that is too long says so and leaves its records out (RFC 1035 section 4.1.1, TC). */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer, overTcp: boolean): Buffer {
  const edns = query.edns === null ? [] : [optRecord(answer.code)];
  const whole = encode(query, answer, edns, 0);
  const room = overTcp ? 65_535 : Math.min(MOST_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, query.edns?.udpBytes ?? 0));
  return whole.length <= room ? whole : encode(query, { ...answer, answers: [], additional: [] }, edns, TRUNCATED);
}

export const addressData = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

/** RFC 2782: priority, weight, port, and the target's name uncompressed. */
export function serviceData(port: number, target: string): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(10, 0);
  numbers.writeUInt16BE(10, 2);
  numbers.writeUInt16BE(port, 4);
  return Buffer.concat([numbers, encodeName(target)]);
}

function encode(query: DnsQuery, { code, answers, additional }: DnsAnswer, edns: readonly Buffer[], extraFlags: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const echoed = query.flags & (0x7800 | RECURSION_DESIRED);
  header.writeUInt16BE(query.id, 0);
  header.writeUInt16BE(RESPONSE | echoed | AUTHORITATIVE | RECURSION_AVAILABLE | extraFlags | (code & 15), 2);
  header.writeUInt16BE(query.question === null ? 0 : 1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(additional.length + edns.length, 10);
  return Buffer.concat([header, query.questionBytes, ...answers.map(encodeRecord), ...additional.map(encodeRecord), ...edns]);
}

function encodeRecord({ name, type, ttl, data }: DnsRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(INTERNET, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([name === null ? Buffer.from([0xc0, HEADER_BYTES]) : encodeName(name), fixed, data]);
}

/** The upper bits of the code stand in the TTL (RFC 6891 section 6.1.3). */
function optRecord(code: number): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(DNS_TYPE.opt, 1);
  record.writeUInt16BE(MOST_UDP_BYTES, 3);
  record.writeUInt8(code >> 4, 5);
  return record;
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const parts = labels.map((label) => Buffer.from(label.slice(0, 63), 'latin1')).flatMap((label) => [Buffer.from([label.length]), label]);
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** A name of a question: nothing stands before it that it could point to. */
function readName(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | null {
  const labels: string[] = [];
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > 63 || at - start > 255) return null;
    at += 1;
    if (length === 0) return { text: labels.join('.'), end: at };
    if (at + length > bytes.length) return null;
    labels.push(bytes.toString('latin1', at, at + length));
    at += length;
  }
}

/** Null also when a record before it cannot be read. Each record takes 11 bytes at least, so the message bounds the loop. */
function readEdns(bytes: Buffer, start: number, records: number): DnsQuery['edns'] {
  let at = start;
  for (let left = records; left > 0; left -= 1) {
    const end = skipName(bytes, at);
    if (end === null || end + 10 > bytes.length) return null;
    if (bytes.readUInt16BE(end) === DNS_TYPE.opt) return { version: bytes[end + 5] ?? 0, udpBytes: bytes.readUInt16BE(end + 2) };
    at = end + 10 + bytes.readUInt16BE(end + 8);
  }
  return null;
}

function skipName(bytes: Buffer, start: number): number | null {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > 63) return null;
    at += 1 + length;
  }
}
