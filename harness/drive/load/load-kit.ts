import { randomBytes } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { largestMessage, messageSizes } from '../../measure/message-sizes.ts';
import { OPCODE } from '../../wire/frame.ts';
import { WEBSOCKET_VERSION } from '../../wire/handshake.ts';
import type { RequestHead } from '../../wire/http-head.ts';
import type { Endpoint, LoadRequest } from '../protocol.ts';
import { DEFLATE_OFFER } from './deflate.ts';
import { FrameWriter } from './frame-writer.ts';
import { LocalPorts } from './local-ports.ts';
import { Payload } from './payload.ts';

const READ_BYTES = 65_536;
/** Whatever is read is used up before the next read, so one buffer serves every session of every load. */
const READ_BUFFER = Buffer.allocUnsafeSlow(READ_BYTES);

/** What all sessions of a load share, so that an idle one holds next to nothing. */
export interface LoadKit {
  readonly endpoint: Endpoint;
  readonly secureContext: SecureContext | null;
  readonly request: RequestHead;
  readonly readBuffer: Buffer;
  readonly writer: FrameWriter;
  readonly payload: Payload;
  /** Size of a message by its number. */
  readonly sizeOf: (number: number) => number;
  readonly largest: number;
  readonly opcode: number;
  readonly fragments: number;
  readonly ports: LocalPorts;
}

export const loadKit = ({ endpoint, profile, shard }: LoadRequest, secureContext: SecureContext | null): LoadKit => ({
  endpoint,
  secureContext,
  request: requestOf(endpoint, profile.deflate),
  readBuffer: READ_BUFFER,
  writer: new FrameWriter(),
  payload: new Payload(profile.seed, profile.payload),
  sizeOf: messageSizes(profile.size, profile.seed),
  largest: largestMessage(profile.size),
  opcode: OPCODE[profile.payload],
  fragments: Math.max(1, profile.fragments),
  ports: new LocalPorts(shard),
});

/** The opening handshake of every session but for its key (RFC 6455 section 4.1). */
function requestOf({ target, hostHeader, authorization }: Endpoint, isDeflateOffered: boolean): RequestHead {
  const headers = [
    { name: 'Host', value: hostHeader },
    ...(authorization === undefined ? [] : [{ name: 'Authorization', value: authorization }]),
    { name: 'Upgrade', value: 'websocket' },
    { name: 'Connection', value: 'Upgrade' },
    { name: 'Sec-WebSocket-Version', value: WEBSOCKET_VERSION },
    ...(isDeflateOffered ? [{ name: 'Sec-WebSocket-Extensions', value: DEFLATE_OFFER }] : []),
  ];
  return { method: 'GET', target, version: 'HTTP/1.1', headers, byteLength: 0 };
}

export const newKey = (): string => randomBytes(16).toString('base64');

/** The bytes of a request with this key. */
export const requestBytes = ({ target, headers }: RequestHead, key: string): Buffer =>
  Buffer.from(
    `GET ${target} HTTP/1.1\r\n${headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}Sec-WebSocket-Key: ${key}\r\n\r\n`,
    'latin1',
  );
