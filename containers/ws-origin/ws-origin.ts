import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { isUpgradeAttempt } from '../../harness/wire/handshake.ts';
import type { Header, RequestHead } from '../../harness/wire/http-head.ts';
import { serveConnection } from '../echo/connection.ts';
import type { OriginState } from '../echo/origin-state.ts';
import { answerPlain } from '../echo/plain-http.ts';
import { MAX_BODY_BYTES } from '../echo/request-body.ts';
import { playStream, streamedAnswer } from '../echo/streamed-http.ts';
import { RecordedSocket } from './recorded-socket.ts';
import { keepStreaming } from './tee.ts';
import { createWebSocketServer, misbehave, treatUpgrade } from './upgrade.ts';

/** A node:http server with ws on it, and a recorder on every connection. */
export function createWsOrigin(state: OriginState): TcpServer {
  const connections = new WeakMap<object, RecordedSocket>();
  const webSockets = createWebSocketServer();
  const server = createServer((request, response) => {
    const connection = connections.get(request.socket);
    if (connection !== undefined) void respond(request, response, state, connection);
  });
  server.on('upgrade', (request, socket, head) => {
    const connection = connections.get(socket);
    const early = Buffer.concat([rawHead(request), head]);
    const play = state.stage.asked(early);
    if (connection !== undefined && play !== null) {
      const { acceptedAtMs } = connection.recorder;
      state.stage.begin(play, { socket: connection.socket, early, acceptedAtMs, giveBack: givenBack(connection.socket, state) });
    } else if (connection !== undefined) treatUpgrade(webSockets, { request, head, connection, behaviour: state.nextBehaviour() });
  });
  return frontOf(server, state, connections);
}

/** node:http does not take a connection that was used before, so the strict origin serves what a proxy sends behind a play. */
const givenBack =
  (socket: Socket, state: OriginState) =>
  (early: Buffer): void =>
    serveConnection(socket, state, early);

/** Looks at the first bytes of each connection: a play begins before node:http sees them. */
function frontOf(server: Server, state: OriginState, connections: WeakMap<object, RecordedSocket>): TcpServer {
  return createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = new RecordedSocket(socket, state);
    connections.set(socket, connection);
    socket.once('data', (first: Buffer) => {
      const play = state.stage.asked(first);
      if (play !== null) {
        state.forget(connection.recorder);
        const { acceptedAtMs } = connection.recorder;
        state.stage.begin(play, { socket, early: first, acceptedAtMs, giveBack: givenBack(socket, state) });
        return;
      }
      socket.unshift(first);
      server.emit('connection', socket);
      keepStreaming(socket);
    });
  });
}

/** The head of a request as node:http has read it, for a play that begins on a connection that served others before. */
function rawHead(request: IncomingMessage): Buffer {
  const { method, target, version, headers } = headOf(request);
  const lines = [`${method} ${target} ${version}`, ...headers.map(({ name, value }) => `${name}: ${value}`), '', ''];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** Requests that node:http does not take for an upgrade. A handshake among them gets 426, as from ws's own server. */
async function respond(request: IncomingMessage, response: ServerResponse, state: OriginState, connection: RecordedSocket): Promise<void> {
  const head = headOf(request);
  const body = await bodyOf(request);
  if (isUpgradeAttempt(head)) {
    const behaviour = state.nextBehaviour();
    if (behaviour.kind !== 'normal') {
      misbehave(connection, behaviour);
      return;
    }
    response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade, close', 'Content-Type': 'text/plain' }).end('Upgrade Required');
    connection.recorder.answered(426, 'not an upgrade request to node:http');
    return;
  }
  const streamed = streamedAnswer(head);
  if (streamed !== null) {
    const stop = playStream(streamed, {
      head: () => response.writeHead(200, Object.fromEntries(streamed.headers.map(({ name, value }) => [name, value]))).flushHeaders(),
      part: (text) => void response.write(text),
      end: () => void response.end(),
    });
    response.once('close', stop);
    return;
  }
  const answer = answerPlain(head, body ?? Buffer.alloc(0));
  response.writeHead(body === null ? 413 : answer.status, {
    'Content-Type': 'text/plain; charset=utf-8',
    ...(answer.isLast ? { Connection: 'close' } : {}),
  });
  response.end(body === null ? '' : answer.body);
}

function headOf(request: IncomingMessage): RequestHead {
  const headers: Header[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    headers.push({ name: request.rawHeaders[at] ?? '', value: request.rawHeaders[at + 1] ?? '' });
  }
  return { method: request.method ?? '', target: request.url ?? '', version: `HTTP/${request.httpVersion}`, headers, byteLength: 0 };
}

/** Null: over the limit, or the client went away. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_BODY_BYTES) return null;
      parts.push(part);
    }
  } catch {
    return null;
  }
  return Buffer.concat(parts);
}
