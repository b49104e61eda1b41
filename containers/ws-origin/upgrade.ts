import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { OriginBehaviour } from '../../harness/model/origin-protocol.ts';
import { nowMs } from '../echo/clock.ts';
import { encodeAnswer, saysWhy } from '../echo/response.ts';
import { intervalOf } from '../echo/send-every.ts';
import type { RecordedSocket } from './recorded-socket.ts';

/** A ws server as users run it: compression on, no checks beyond its own. */
export const createWebSocketServer = (): WebSocketServer => new WebSocketServer({ noServer: true, perMessageDeflate: true });

/** Lets ws treat an upgrade request, unless the origin was told otherwise. */
export function treatUpgrade(
  server: WebSocketServer,
  {
    request,
    head,
    connection,
    behaviour,
  }: { request: IncomingMessage; head: Buffer; connection: RecordedSocket; behaviour: OriginBehaviour },
): void {
  if (behaviour.kind !== 'normal') {
    misbehave(connection, behaviour);
    return;
  }
  server.handleUpgrade(request, connection.socket, head, (webSocket) => {
    connection.upgraded(webSocket);
    echo(webSocket, connection);
  });
}

/** Does what the origin was told instead of answering. */
export function misbehave({ socket, recorder }: RecordedSocket, behaviour: Exclude<OriginBehaviour, { kind: 'normal' }>): void {
  const why = saysWhy(behaviour);
  recorder.answered(null, why);
  if (behaviour.kind === 'stall') {
    // node:http leaves its sockets half open; an upgraded one is ours to end.
    socket.once('end', () => socket.end()).resume();
    return;
  }
  recorder.ended({ kind: 'local', atMs: nowMs() });
  if (behaviour.kind === 'reset') socket.resetAndDestroy();
  if (behaviour.kind === 'close') socket.end();
  if (behaviour.kind === 'reject') {
    socket.end(encodeAnswer({ status: behaviour.status, body: behaviour.body, isLast: true }));
    recorder.answered(behaviour.status, why);
  }
  socket.resume();
}

function echo(webSocket: WebSocket, connection: RecordedSocket): void {
  let ticker: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (ticker !== null) clearInterval(ticker);
  };
  webSocket.on('message', (data, isBinary) => {
    connection.recorder.countMessages(1);
    const everyMs = !isBinary && Buffer.isBuffer(data) ? intervalOf(data) : null;
    if (everyMs === null) {
      webSocket.send(data, { binary: isBinary });
      return;
    }
    let ticks = 0;
    stop();
    ticker = setInterval(() => {
      ticks += 1;
      webSocket.send(`tick ${ticks}`);
    }, everyMs);
  });
  webSocket.on('close', (code, reason) => {
    stop();
    connection.closed(code, reason.toString('utf8'));
  });
  // A frame that ws refuses; it closes the connection itself. A broken connection has told the recorder before.
  webSocket.on('error', () => connection.recorder.ended({ kind: 'local', atMs: nowMs() }));
}
