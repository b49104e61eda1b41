import { createHash } from 'node:crypto';
import { hasToken, type Header, headerValues, listMembers, type RequestHead, type ResponseHead } from './http-head.ts';

/** The rules of the opening handshake, as a strict server and a strict client apply them. */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64 are 22 characters and two of padding. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

export const WEBSOCKET_VERSION = '13';

/** The Sec-WebSocket-Accept value for a Sec-WebSocket-Key (RFC 6455 section 1.3). */
export const acceptFor = (key: string): string =>
  createHash('sha1')
    .update(key + GUID)
    .digest('base64');

export type ResponseJudgement =
  | { readonly kind: 'upgraded' }
  | { readonly kind: 'rejected'; readonly status: number; readonly reason: string }
  | { readonly kind: 'wrong-accept'; readonly expected: string; readonly received: string | null }
  | { readonly kind: 'malformed-response'; readonly detail: string };

/**
 * What a client makes of the answer (RFC 6455 section 4.1). `key` null: none was sent, so the accept value is not judged.
 * With the request, a subprotocol or extension that nobody asked for is a malformed response too (items 5 and 6).
 */
export function judgeResponse(head: ResponseHead, key: string | null, request: RequestHead | null = null): ResponseJudgement {
  if (head.status !== 101) return { kind: 'rejected', status: head.status, reason: head.reason };
  const detail = faultOf101(head) ?? (request === null ? null : unrequested(head, request));
  if (detail !== null) return { kind: 'malformed-response', detail };
  if (key === null) return { kind: 'upgraded' };
  const received = headerValues(head, 'Sec-WebSocket-Accept');
  const expected = acceptFor(key);
  if (received.length === 1 && received[0] === expected) return { kind: 'upgraded' };
  return { kind: 'wrong-accept', expected, received: received.length === 0 ? null : received.join(', ') };
}

function faultOf101(head: ResponseHead): string | null {
  if (!isAtLeast11(head.version)) return `101 in ${head.version}`;
  const upgrade = headerValues(head, 'Upgrade');
  if (upgrade.length === 0) return '101 without Upgrade';
  if (upgrade.length > 1 || upgrade[0]?.toLowerCase() !== 'websocket') return `101 with Upgrade: ${upgrade.join(', ')}`;
  const connection = headerValues(head, 'Connection');
  if (connection.length === 0) return '101 without Connection';
  if (!hasToken(head, 'Connection', 'Upgrade')) return `101 with Connection: ${connection.join(', ')}`;
  return null;
}

function unrequested(head: ResponseHead, request: RequestHead): string | null {
  const nameOf = (extension: string): string => (extension.split(';')[0] ?? '').trim().toLowerCase();
  const offered = new Set(listMembers(request, 'Sec-WebSocket-Extensions').map(nameOf));
  const extension = listMembers(head, 'Sec-WebSocket-Extensions')
    .map(nameOf)
    .find((name) => !offered.has(name));
  if (extension !== undefined) return `101 with an extension that was not offered: ${extension}`;
  const protocols = headerValues(head, 'Sec-WebSocket-Protocol');
  const asked = listMembers(request, 'Sec-WebSocket-Protocol');
  const protocol = protocols.find((name) => !asked.includes(name));
  return protocol === undefined ? null : `101 with a subprotocol that was not offered: ${protocol}`;
}

/** A refusal in the server's words, with the status and the headers that must go with it. */
export interface RequestRefusal {
  readonly status: number;
  readonly refusal: string;
  readonly headers: readonly Header[];
}

const refuse = (status: number, refusal: string, headers: readonly Header[] = []): RequestRefusal => ({ status, refusal, headers });
const UPGRADE: Header = { name: 'Upgrade', value: 'websocket' };

/**
 * What a strict server finds wrong with an opening handshake (RFC 6455 section 4.2.1), or null. A 426 names the
 * protocol it wants (RFC 9110 section 15.5.22) and a 405 the method (section 15.5.6).
 */
export function judgeRequest(head: RequestHead): RequestRefusal | null {
  if (head.method !== 'GET') return refuse(405, `method ${head.method}, expected GET`, [{ name: 'Allow', value: 'GET' }]);
  // RFC 9110 section 7.8: a server ignores Upgrade in an HTTP/1.0 request.
  if (!isAtLeast11(head.version)) return refuse(400, `${head.version} request, expected HTTP/1.1`);
  const hosts = headerValues(head, 'Host');
  if (hosts.length !== 1 || hosts[0] === '') return refuse(400, `${hosts.length === 1 ? 'an empty' : count(hosts.length)} Host header`);
  return judgeUpgradeFields(head) ?? judgeWebSocketFields(head);
}

function judgeUpgradeFields(head: RequestHead): RequestRefusal | null {
  if (!hasToken(head, 'Upgrade', 'websocket')) {
    const upgrade = headerValues(head, 'Upgrade');
    return refuse(426, upgrade.length === 0 ? 'no Upgrade header' : `Upgrade: ${upgrade.join(', ')}, expected websocket`, [UPGRADE]);
  }
  if (!hasToken(head, 'Connection', 'Upgrade')) {
    const connection = headerValues(head, 'Connection');
    return refuse(400, connection.length === 0 ? 'no Connection header' : `Connection: ${connection.join(', ')}, expected Upgrade`);
  }
  return null;
}

function judgeWebSocketFields(head: RequestHead): RequestRefusal | null {
  const keys = headerValues(head, 'Sec-WebSocket-Key');
  if (keys.length !== 1) return refuse(400, `${count(keys.length)} Sec-WebSocket-Key header`);
  if (!KEY.test(keys[0] ?? '')) return refuse(400, 'Sec-WebSocket-Key is not base64 of 16 bytes');
  const versions = headerValues(head, 'Sec-WebSocket-Version');
  if (versions.length === 1 && versions[0] === WEBSOCKET_VERSION) return null;
  // RFC 6455 section 4.4: the answer lists the versions that the server speaks.
  const refusal = versions.length === 0 ? 'no Sec-WebSocket-Version header' : `Sec-WebSocket-Version: ${versions.join(', ')}, expected 13`;
  return refuse(426, refusal, [UPGRADE, { name: 'Sec-WebSocket-Version', value: WEBSOCKET_VERSION }]);
}

/**
 * Whether a request tries to upgrade, rightly or not: an Upgrade header or any Sec-WebSocket-* header. Everything else is plain
 * HTTP, `Connection: upgrade` alone too: an option names a field, and without the field it asks for nothing (RFC 9110 section 7.8).
 */
export const isUpgradeAttempt = (head: RequestHead): boolean => head.headers.some(({ name }) => /^(?:upgrade$|sec-websocket-)/i.test(name));

const isAtLeast11 = (version: string): boolean => /^HTTP\/1\.[1-9]$/.test(version);
const count = (number: number): string => (number === 0 ? 'no' : 'more than one');
