import type { ClientConnection, HandshakeEvidence, OriginConnection } from '../../../harness/model/evidence.ts';
import type { HandshakeOutcome } from '../../../harness/model/outcome.ts';
import { T0 } from './path-builders.ts';

const timed = (text: string) => (text === '' ? [] : [{ atMs: T0 + 1, base64: Buffer.from(text, 'latin1').toString('base64') }]);

export const REQUEST = [
  'GET /socket HTTP/1.1',
  'Host: hopscope.test',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
export const SWITCH = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
];
export const head = (lines: readonly string[]): string => (lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n\r\n`);
export const answer = (status: number): readonly string[] => [`HTTP/1.1 ${status} Refused`, 'Content-Length: 0'];

export const client = (sent: string, received: string, more: Partial<ClientConnection> = {}): ClientConnection => ({
  startedAtMs: T0,
  connectedAtMs: T0,
  tlsAtMs: null,
  localPort: 40_001,
  sent: timed(sent),
  received: timed(received),
  sentBytes: sent.length,
  receivedBytes: received.length,
  end: { kind: 'close-frame', atMs: T0 + 4, code: 1000, reason: '' },
  ...more,
});

export const originSaw = (received: string, sent: string, more: Partial<OriginConnection> = {}): OriginConnection => ({
  id: 1,
  acceptedAtMs: T0 + 1,
  remoteAddress: '10.0.0.2',
  remotePort: 50_000,
  received: timed(received),
  sent: timed(sent),
  receivedBytes: received.length,
  sentBytes: sent.length,
  status: sent === '' ? null : Number(sent.slice(9, 12)),
  refusal: null,
  framesReceived: 0,
  end: { kind: 'close-frame', atMs: T0 + 4, code: 1000, reason: '' },
  ...more,
});

export const rejected = (status: number): HandshakeOutcome => ({ kind: 'rejected', status, reason: 'Refused', elapsedMs: 1 });
export const UPGRADED: HandshakeOutcome = { kind: 'upgraded', elapsedMs: 1 };

/** A right handshake that was upgraded, with every byte unchanged. */
export const handshake = (more: Partial<HandshakeEvidence> = {}): HandshakeEvidence => ({
  path: 'subject',
  scenario: 'opening-handshake',
  caseId: 'plain',
  title: 'the smallest handshake',
  cite: 'RFC 6455 section 4.2.1',
  requirement: 'is upgraded',
  acceptable: ['101'],
  startedAtMs: T0,
  endedAtMs: T0 + 5,
  client: client(head(REQUEST), head(SWITCH)),
  outcome: UPGRADED,
  echo: null,
  origin: [originSaw(head(REQUEST), head(SWITCH))],
  ...more,
});

/** Refused with a status, the origin having seen nothing. */
export const refusedUnseen = (status: number, more: Partial<HandshakeEvidence> = {}): HandshakeEvidence =>
  handshake({ outcome: rejected(status), client: client(head(REQUEST), head(answer(status))), origin: [], ...more });
