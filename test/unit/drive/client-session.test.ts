import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../../harness/drive/open-session.ts';
import { encodeClose } from '../../../harness/wire/frame.ts';
import { acceptFor } from '../../../harness/wire/handshake.ts';
import { endpointAt, startRawServer } from './programs.ts';

const SERVER_WAITS_MS = 60;

describe('the end of a client session', () => {
  it('leaves the end of the TCP connection to the server that answers its Close frame', async () => {
    let closedFirst: 'client' | 'server' | null = null;
    await using server = await startRawServer((socket) =>
      accept(socket, () => {
        socket.once('end', () => (closedFirst ??= 'client'));
        socket.write(encodeClose(1000));
        setTimeout(() => {
          closedFirst ??= 'server';
          socket.end();
        }, SERVER_WAITS_MS);
      }),
    );
    const { session } = await openSession(endpointAt(server.port), Date.now() + 2000, () => undefined);
    await session?.close();
    expect(closedFirst).toBe('server');
  });

  it('gives a connection up that the server never ends', async () => {
    await using server = await startRawServer((socket) => accept(socket, () => undefined));
    const { session } = await openSession(endpointAt(server.port), Date.now() + 2000, () => undefined);
    await session?.close();
    expect(session?.wire.isClosed).toBe(true);
  });
});

/** Accepts the handshake; `onFrame` is called at the first bytes after it. */
function accept(socket: Socket, onFrame: () => void): void {
  socket.once('data', (head: Buffer) => {
    const key = /sec-websocket-key: (\S+)/i.exec(head.toString('latin1'))?.[1] ?? '';
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
    );
    socket.once('data', onFrame);
  });
}
