import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Fields of one connection, which HTTP/2 has none of (RFC 9113 section 8.2.2). */
const OF_A_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
/** What the handshake of HTTP/1 proves has no place in HTTP/2 (RFC 8441 section 5.1). */
const OF_A_HANDSHAKE = new Set(['sec-websocket-key', 'sec-websocket-accept']);
const KEY = 'aG9wc2NvcGUgb3JpZ2luIQ==';

/**
 * Serves HTTP/2 on a socket whose first bytes, the preface among them, wait in it: each stream becomes an HTTP/1.1 connection to the port that the socket was
 * accepted on, an extended CONNECT (RFC 8441) an opening handshake. So every request is judged and recorded as any other, under an address of loopback.
 */
export function serveHttp2(socket: Socket): void {
  const [host, port] = [socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0];
  const session = performServerHandshake(socket, { settings: { enableConnectProtocol: true } });
  session.on('error', () => session.destroy());
  session.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => undefined);
    serveStream(stream, headers, { host, port });
  });
}

function serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, to: { readonly host: string; readonly port: number }): void {
  const isHandshake = headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket';
  if (headers[':method'] === 'CONNECT' && !isHandshake) return stream.respond({ ':status': 405 }, { endStream: true });
  let asked: ClientRequest;
  try {
    const method = isHandshake ? 'GET' : (headers[':method'] ?? 'GET');
    asked = request({ ...to, method, path: headers[':path'] ?? '/', headers: fieldsOf(headers, isHandshake), agent: false });
  } catch {
    return stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
  }
  asked.on('upgrade', (response, inner, early) => tunnel(stream, response, inner, early));
  asked.on('response', (response) => {
    if (stream.destroyed) return void response.destroy();
    stream.respond({ ':status': response.statusCode ?? 500, ...passed(response.headers) });
    response.pipe(stream);
  });
  asked.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  stream.once('close', () => asked.destroy());
  // A tunnel has no end of the request.
  if (isHandshake) asked.end();
  else stream.pipe(asked);
}

function tunnel(stream: ServerHttp2Stream, response: IncomingMessage, inner: Duplex, early: Buffer): void {
  inner.on('error', () => stream.close(constants.NGHTTP2_CONNECT_ERROR));
  if (stream.destroyed) return void inner.destroy();
  stream.respond({ ':status': 200, ...passed(response.headers) });
  stream.write(early);
  stream.pipe(inner);
  inner.pipe(stream);
  stream.once('close', () => inner.destroy());
}

function fieldsOf(headers: IncomingHttpHeaders, isHandshake: boolean): Readonly<Record<string, string | string[]>> {
  const host = headers[':authority'] ?? headers.host;
  const handshake = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': KEY };
  return { ...passed(headers), ...(host === undefined ? {} : { host }), ...(isHandshake ? handshake : {}) };
}

function passed(headers: IncomingHttpHeaders): Readonly<Record<string, string | string[]>> {
  const isPassed = (name: string): boolean => !name.startsWith(':') && !OF_A_CONNECTION.has(name) && !OF_A_HANDSHAKE.has(name);
  return Object.fromEntries(
    Object.entries(headers).filter((field): field is [string, string | string[]] => field[1] !== undefined && isPassed(field[0])),
  );
}
