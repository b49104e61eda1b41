/*
 * How a connection opens when it may open otherwise than with HTTP/1: TLS (RFC 8446 section 5.1), a PROXY header of version 1 or 2
 * (https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt sections 2.1 and 2.2), or HTTP/2 (RFC 9113 section 3.4).
 */

export type Opening =
  | { readonly kind: 'http1' }
  /** More bytes decide. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'http2' }
  /** `byteLength` is that of the header. */
  | { readonly kind: 'proxy-header'; readonly byteLength: number };

const HANDSHAKE_RECORD = 0x16;
const CR = 13;
const LF = 10;
const P = 80;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const VERSION_1 = Buffer.from('PROXY ');
const VERSION_2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** With its CRLF. */
const MAX_VERSION_1 = 107;
/** Signature, version, family, and the length of what follows. */
const VERSION_2_FIXED = 16;
const HTTP1: Opening = { kind: 'http1' };
const INCOMPLETE: Opening = { kind: 'incomplete' };

/** Reads the first bytes of a connection. Nearly all are told by the first one. What is none of the others is left to HTTP/1, which refuses it. */
export function readOpening(bytes: Buffer): Opening {
  switch (bytes[0]) {
    case undefined:
      return INCOMPLETE;
    case HANDSHAKE_RECORD:
      return bytes.length === 1 ? INCOMPLETE : bytes[1] === 3 ? { kind: 'tls' } : HTTP1;
    case CR:
      return readVersion2(bytes);
    case P:
      return readText(bytes);
    default:
      return HTTP1;
  }
}

function readText(bytes: Buffer): Opening {
  if (begins(bytes, PREFACE)) return bytes.length < PREFACE.length ? INCOMPLETE : { kind: 'http2' };
  if (!begins(bytes, VERSION_1)) return HTTP1;
  const end = bytes.subarray(0, MAX_VERSION_1).indexOf(LF);
  if (end === -1) return bytes.length < MAX_VERSION_1 ? INCOMPLETE : HTTP1;
  const isHeader = /^PROXY (?:TCP[46] [0-9A-Fa-f:.]+ [0-9A-Fa-f:.]+ \d{1,5} \d{1,5}|UNKNOWN[^\r\n]*)\r\n$/.test(
    bytes.toString('latin1', 0, end + 1),
  );
  return isHeader ? { kind: 'proxy-header', byteLength: end + 1 } : HTTP1;
}

function readVersion2(bytes: Buffer): Opening {
  if (!begins(bytes, VERSION_2)) return HTTP1;
  if (bytes.length < VERSION_2_FIXED) return INCOMPLETE;
  if ((bytes[12] ?? 0) >> 4 !== 2) return HTTP1;
  const byteLength = VERSION_2_FIXED + bytes.readUInt16BE(14);
  return bytes.length < byteLength ? INCOMPLETE : { kind: 'proxy-header', byteLength };
}

/** Whether the bytes are the beginning of the signature, or the signature is theirs. */
const begins = (bytes: Buffer, signature: Buffer): boolean => {
  const length = Math.min(bytes.length, signature.length);
  return bytes.compare(signature, 0, length, 0, length) === 0;
};
