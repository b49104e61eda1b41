import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ContentFacts, newContentFacts } from '../../../../../harness/wire/content/content-facts.ts';
import { Http2Conversation } from '../../../../../harness/wire/content/http2/http2-conversation.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../../../harness/wire/frame.ts';
import { feed, type Piece, recordTraffic } from '../recorded-traffic.ts';

const MASK = Buffer.from('37fa213d', 'hex');
/** What a client says in a WebSocket, and the server answers in kind: two messages, a ping and a Close. */
const framesOf = (maskKey: Buffer | null) => [
  encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hello'), maskKey }),
  encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(20_000, 7), maskKey }),
  encodeFrame({ opcode: OPCODE.ping, payload: Buffer.alloc(0), maskKey }),
  encodeClose(1000, 'done', maskKey),
];

/** `/chat` is a WebSocket, `/refused` is answered 403, `/reset` is reset, anything else is a page. */
function answer(stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders): void {
  stream.on('error', () => undefined);
  const path = headers[':path'];
  if (path === '/reset') stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
  else if (path === '/refused') {
    stream.respond({ ':status': 403, 'content-type': 'text/plain' });
    stream.end('no WebSockets here'.padEnd(500, '.'));
  } else if (headers[':protocol'] === 'websocket') {
    stream.respond({ ':status': 200, 'sec-websocket-protocol': 'chat', 'sec-websocket-extensions': 'permessage-deflate' });
    for (const frame of framesOf(null)) stream.write(frame);
    stream.resume().on('end', () => stream.end());
  } else {
    stream.respond({ ':status': 200, 'x-long': 'y'.repeat(20_000) });
    stream.end('a page');
  }
}

/** One request over a session. Resolves when its stream is closed. */
async function ask(session: ClientHttp2Session, headers: http2.OutgoingHttpHeaders, frames: readonly Buffer[] = []): Promise<void> {
  const isConnect = headers[':method'] === 'CONNECT';
  const request = session.request(headers, { endStream: !isConnect });
  request.on('error', () => undefined);
  request.resume();
  const closed = new Promise((resolve) => request.once('close', resolve));
  request.once('response', () => {
    for (const frame of frames) request.write(frame);
    if (isConnect) request.end();
  });
  await closed;
}

export const upgradeHeaders = (path: string) => ({
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'http',
  ':path': path,
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'chat, other',
});

export interface Http2Traffic {
  readonly pieces: readonly Piece[];
  readonly keyLines: string;
}

export interface Http2TrafficOptions {
  readonly tls?: { readonly cert: string; readonly key: string } | null;
  readonly isPadded?: boolean;
  readonly enablesConnect?: boolean;
  readonly plainRequests?: number;
  readonly paths?: readonly string[];
}

/** Real HTTP/2 of node:http2: a page, then a CONNECT for each path, then more pages. */
export async function recordHttp2(options: Http2TrafficOptions = {}): Promise<Http2Traffic> {
  const { tls = null, isPadded = false, enablesConnect = true, plainRequests = 1, paths = ['/chat', '/refused', '/reset'] } = options;
  const paddingStrategy = isPadded ? http2.constants.PADDING_STRATEGY_MAX : http2.constants.PADDING_STRATEGY_NONE;
  const settings = { enableConnectProtocol: enablesConnect };
  const server =
    tls === null ? http2.createServer({ settings, paddingStrategy }) : http2.createSecureServer({ ...tls, settings, paddingStrategy });
  server.on('stream', answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using recording = await recordTraffic((server.address() as AddressInfo).port);
  let keyLines = '';
  const overTls = (): ReturnType<typeof connectTls> => {
    const secure: ConnectionOptions = { host: '127.0.0.1', port: recording.port, ALPNProtocols: ['h2'], rejectUnauthorized: false };
    return connectTls(secure).on('keylog', (line) => {
      keyLines += line.toString('latin1');
    });
  };
  const url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${recording.port}`;
  const session = http2.connect(url, { paddingStrategy, ...(tls === null ? {} : { createConnection: overTls }) });
  session.on('error', () => undefined);
  await once(session, 'remoteSettings');
  await ask(session, { ':path': '/?token=1', 'x-long': 'z'.repeat(30_000) });
  for (const path of paths) await ask(session, upgradeHeaders(path), framesOf(MASK));
  for (let index = 1; index < plainRequests; index += 1) await ask(session, { ':path': `/${index}` });
  session.close();
  await once(session, 'close');
  server.close();
  await once(server, 'close');
  return { pieces: recording.connections[0] ?? [], keyLines };
}

export function readHttp2(pieces: readonly Piece[]): ContentFacts {
  const facts = newContentFacts();
  feed(new Http2Conversation(facts), pieces);
  return facts;
}

/** A frame of RFC 9113 section 4.1. */
export function encodeHttp2Frame(type: number, flags: number, stream: number, body: Buffer | string): Buffer {
  const payload = Buffer.from(body);
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}
