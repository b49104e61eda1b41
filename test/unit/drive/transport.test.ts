import { once } from 'node:events';
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TransportRequest } from '../../../harness/drive/protocol.ts';
import { driveTransport } from '../../../harness/drive/transport.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../harness/wire/frame.ts';
import { FrameReader } from '../../../harness/wire/frame-reader.ts';
import { endpointAt, startRawServer } from './programs.ts';
import { SELF_SIGNED } from './self-signed.ts';

type Attempt = TransportRequest['attempts'][number];

const attemptAt = (port: number, more: Partial<Attempt> = {}, tls = false): Attempt => ({
  endpoint: endpointAt(port, { tls, target: '/socket' }),
  alpn: tls ? ['h2', 'http/1.1'] : [],
  prefaceBase64: '',
  speak: tls ? 'agreed' : 'http2',
  key: 'dGhlIHNhbXBsZSBub25jZQ==',
  text: 'over there',
  beside: [],
  end: 'close',
  holdMs: 0,
  limitMs: 5000,
  ...more,
});
const drive = async (attempt: Attempt) =>
  (await driveTransport({ kind: 'transport', attempts: [attempt], atOnce: 1, deadlineMs: 5000 })).attempts[0];

/** A WebSocket server inside HTTP/2, where its SETTINGS say so. Ordinary requests get 200, those for /bad 500. */
async function http2Server(
  options: { readonly connect: boolean; readonly tls?: boolean },
  onSocket: (stream: ServerHttp2Stream) => void = echo,
) {
  const settings = { enableConnectProtocol: options.connect };
  const server = options.tls === true ? createSecureServer({ ...SELF_SIGNED, settings }) : createServer({ settings });
  server.on('stream', (stream: ServerHttp2Stream, headers: Record<string, unknown>) => {
    stream.on('error', () => undefined);
    if (headers[':protocol'] === 'websocket') onSocket(stream);
    else stream.respond({ ':status': headers[':path'] === '/bad' ? 500 : 200 }, { endStream: true });
  });
  await once((server as Http2Server).listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

function echo(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200 });
  const reader = new FrameReader({ expectMasked: true });
  stream.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) {
      if (frame.kind !== 'frame') return;
      if (frame.opcode === OPCODE.close) stream.end(encodeClose(1000));
      else stream.write(encodeFrame({ opcode: frame.opcode, payload: frame.payload }));
    }
  });
}

describe('driveTransport', () => {
  it('opens a socket with extended CONNECT, echoes over it and closes it', async () => {
    using server = await http2Server({ connect: true });
    expect(await drive(attemptAt(server.port))).toMatchObject({
      outcome: { kind: 'upgraded' },
      echoed: true,
      closeCode: 1000,
      facts: { http2: true, extendedConnect: true },
    });
  });

  it('asks for no socket where SETTINGS do not allow it, and tells what a GET gets', async () => {
    using server = await http2Server({ connect: false });
    expect(await drive(attemptAt(server.port))).toMatchObject({
      outcome: { kind: 'rejected', status: 200 },
      echoed: null,
      facts: { extendedConnect: false },
    });
  });

  it('counts the ordinary requests beside a socket that were answered with 200', async () => {
    using server = await http2Server({ connect: true });
    expect(await drive(attemptAt(server.port, { beside: ['/', '/bad'] }))).toMatchObject({
      echoed: true,
      facts: { requestsBeside: 6, requestsAnswered: 3 },
    });
  });

  it('resets the stream with CANCEL and keeps the connection a while', async () => {
    const codes: number[] = [];
    using server = await http2Server({ connect: true }, (stream) => {
      stream.once('close', () => codes.push(stream.rstCode ?? -1));
      echo(stream);
    });
    const attempted = await drive(attemptAt(server.port, { end: 'reset-stream', holdMs: 120 }));
    expect(codes).toEqual([8]);
    expect(Number(attempted?.facts['leftAtMs'])).toBeGreaterThan(Number(attempted?.facts['resetAtMs']) + 100);
  });

  it('tells a GOAWAY and that a held socket went on', async () => {
    using server = await http2Server({ connect: true }, (stream) => {
      setTimeout(() => stream.session?.goaway(0), 50);
      echo(stream);
    });
    expect(await drive(attemptAt(server.port, { holdMs: 150 }))).toMatchObject({
      echoed: true,
      facts: { goaway: 'NO_ERROR', endedByPath: false },
    });
  });

  it('tells that the path ended a held socket', async () => {
    using server = await http2Server({ connect: true }, (stream) => {
      setTimeout(() => stream.session?.destroy(), 50);
      echo(stream);
    });
    expect(await drive(attemptAt(server.port, { holdMs: 150 }))).toMatchObject({ facts: { endedByPath: true } });
  });

  it('gives a refusal as its status, and a stream reset as a reset with its name', async () => {
    using refusing = await http2Server({ connect: true }, (stream) => stream.respond({ ':status': 403 }, { endStream: true }));
    using resetting = await http2Server({ connect: true }, (stream) => stream.close(7));
    expect(await drive(attemptAt(refusing.port))).toMatchObject({ outcome: { kind: 'rejected', status: 403 }, echoed: null });
    expect(await drive(attemptAt(resetting.port))).toMatchObject({ outcome: { kind: 'reset' }, words: 'RST_STREAM REFUSED_STREAM' });
  });

  it('tells that the other end speaks no HTTP/2', async () => {
    await using http1 = await startRawServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await using silent = await startRawServer((socket) => socket.resume());
    expect(await drive(attemptAt(http1.port))).toMatchObject({ outcome: { kind: 'malformed-response' }, facts: { http2: false } });
    expect(await drive(attemptAt(silent.port, { limitMs: 150 }))).toMatchObject({ outcome: { kind: 'timeout' } });
  });

  it('speaks what TLS agreed on', async () => {
    using server = await http2Server({ connect: true, tls: true });
    expect(await drive(attemptAt(server.port, {}, true))).toMatchObject({
      outcome: { kind: 'upgraded' },
      echoed: true,
      facts: { alpn: 'h2', certificateName: 'origin' },
    });
  });

  it('sends what comes before everything first, and upgrades behind it', async () => {
    const seen: string[] = [];
    await using server = await startRawServer((socket) =>
      socket.once('data', (chunk: Buffer) => {
        seen.push(chunk.toString('latin1'));
        const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
        socket.write([...lines, 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', '', ''].join('\r\n'));
        socket.write(encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('over there') }));
        socket.once('data', () => socket.end(encodeClose(1000)));
      }),
    );
    const preface = Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 7 443\r\n');
    const attempted = await drive(attemptAt(server.port, { speak: 'upgrade', prefaceBase64: preface.toString('base64') }));
    expect(attempted).toMatchObject({ outcome: { kind: 'upgraded' } });
    expect(seen.join('').startsWith('PROXY TCP4 192.0.2.7')).toBe(true);
  });
});
