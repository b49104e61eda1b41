import { OPENED, type TransportCase } from './transport-case.ts';

const OFFERED = { acceptable: OPENED, onlyWhereOffered: true, on: 'any', alpn: ['h2'], speak: 'http2' } as const;

/** WebSockets inside HTTP/2. Without TLS the client speaks HTTP/2 without asking (RFC 9113 section 3.3). */
export const http2Cases: readonly TransportCase[] = [
  {
    ...OFFERED,
    id: 'h2-extended-connect',
    title: 'extended CONNECT, a message and a Close frame',
    cite: 'RFC 8441 sections 3 to 5',
    requirement:
      'Who sends SETTINGS_ENABLE_CONNECT_PROTOCOL takes CONNECT with :protocol websocket, answers 200, and passes the frames on; without that setting a client must not ask.',
  },
  {
    ...OFFERED,
    id: 'h2-requests-beside',
    title: 'ordinary requests on the same connection before, during and after a socket',
    cite: 'RFC 8441 section 5, RFC 9113 section 5',
    requirement: 'A socket is one stream of the connection: others are answered as without it.',
    beside: ['/', '/page'],
    holdMs: 60,
  },
  {
    ...OFFERED,
    id: 'h2-stream-reset',
    title: 'the client resets the stream of a socket and keeps the connection',
    cite: 'RFC 8441 section 5',
    requirement: 'RST_STREAM with CANCEL stands for a TCP reset: the other end of the socket must learn that it is over.',
    end: 'reset-stream',
    holdMs: 400,
  },
  {
    ...OFFERED,
    id: 'h2-reload',
    title: 'the proxy is reloaded while a socket is open inside HTTP/2',
    cite: 'RFC 9113 section 6.8',
    requirement: 'GOAWAY ends the taking of new streams; streams that are open may go on until they are over.',
    holdMs: 1200,
    reload: true,
  },
];
