import { randomBytes } from 'node:crypto';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { WEBSOCKET_VERSION } from '../wire/handshake.ts';
import type { Message } from '../wire/message-assembler.ts';
import { ClientSession } from './client-session.ts';
import { ClientWire } from './client-wire.ts';
import { dial } from './dial.ts';
import { ownLines } from './own-fields.ts';
import type { Endpoint } from './protocol.ts';
import { ResponseWatch } from './response-watch.ts';

export interface OpenedSession {
  readonly outcome: HandshakeOutcome;
  readonly localPort: number | null;
  /** Null unless upgraded. */
  readonly session: ClientSession | null;
}

/** The bytes of an ordinary, right opening handshake (RFC 6455 section 4.1). */
export const upgradeRequest = (endpoint: Endpoint, key: string): Buffer =>
  Buffer.from(
    [
      `GET ${endpoint.target} HTTP/1.1`,
      ...ownLines(endpoint),
      ...['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${key}`, `Sec-WebSocket-Version: ${WEBSOCKET_VERSION}`, '', ''],
    ].join('\r\n'),
    'latin1',
  );

/** Connects, shakes hands, and gives the session. Never rejects; anything but a right 101 is an outcome and leaves nothing open. */
export async function openSession(
  endpoint: Endpoint,
  deadlineAtMs: number,
  onMessage: (message: Message, atMs: number) => void,
): Promise<OpenedSession> {
  const dialled = await dial(endpoint, deadlineAtMs);
  const { localPort } = dialled.times;
  if (dialled.kind === 'failed') return { outcome: dialled.outcome, localPort, session: null };
  const wire = new ClientWire(dialled.socket, dialled.times);
  const key = randomBytes(16).toString('base64');
  const watch = new ResponseWatch(wire, { key, request: null });
  wire.write(upgradeRequest(endpoint, key));
  const outcome = await watch.settle(deadlineAtMs);
  if (outcome.kind === 'upgraded') return { outcome, localPort, session: new ClientSession(wire, watch.rest, onMessage) };
  wire.destroy();
  return { outcome, localPort, session: null };
}
