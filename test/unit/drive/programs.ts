import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DriverClient } from '../../../harness/drive/driver-client.ts';
import { OriginClient } from '../../../harness/drive/origin-client.ts';
import type { Endpoint, HandshakeReply, HandshakeRequest } from '../../../harness/drive/protocol.ts';
import type { OriginConnection } from '../../../harness/model/evidence.ts';

/** The programs as the harness starts them: child processes with JSON lines on stdin and stdout, on loopback. */

const ROOT = new URL('../../../', import.meta.url);

interface Program extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
}

export function startProgram(file: string, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, ROOT)), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { child, exited, [Symbol.asyncDispose]: end };
}

export interface RunningDriver extends AsyncDisposable {
  readonly driver: DriverClient;
}

export async function startDriver(): Promise<RunningDriver> {
  const program = startProgram('harness/drive/main.ts');
  const driver = new DriverClient(program.child.stdin, program.child.stdout, program.exited);
  await driver.ready();
  return { driver, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

export interface RunningOrigin extends AsyncDisposable {
  readonly origin: OriginClient;
  readonly port: number;
}

export async function startOrigin(kind: 'echo' | 'ws-origin'): Promise<RunningOrigin> {
  const program = startProgram(`containers/${kind}/main.ts`, '--port', '0', '--static-port', '0');
  const firstChunk = once(program.child.stdout, 'data');
  const origin = new OriginClient(program.child.stdin, program.child.stdout, program.exited);
  const [chunk] = (await firstChunk) as [Buffer];
  const { port } = JSON.parse(chunk.toString()) as { port: number };
  return { origin, port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** A server of a few lines that treats each connection as the test says. */
export async function startRawServer(
  onSocket: (socket: Socket) => void,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await once(server.listen(port, host), 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const RIGHT_HEAD = [
  'GET /socket HTTP/1.1',
  'Host: origin',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n');

export const endpointAt = (port: number, more: Partial<Endpoint> = {}): Endpoint => ({
  host: '127.0.0.1',
  port,
  tls: false,
  serverName: 'origin',
  target: '/socket',
  hostHeader: 'origin',
  ...more,
});

/** A handshake request of one chunk, with whatever differs. */
export const handshakeTo = (port: number, head: string = RIGHT_HEAD, more: Partial<HandshakeRequest> = {}): HandshakeRequest => ({
  kind: 'handshake',
  endpoint: endpointAt(port),
  chunks: [{ base64: Buffer.from(head, 'latin1').toString('base64'), delayMs: 0 }],
  key: KEY,
  deadlineMs: 5000,
  echo: null,
  ...more,
});

export const bytesOf = (list: HandshakeReply['client']['sent']): Buffer =>
  Buffer.concat(list.map(({ base64 }) => Buffer.from(base64, 'base64')));

/** The origin's connections once all of them have ended. */
export async function takeEnded(origin: OriginClient): Promise<readonly OriginConnection[]> {
  for (;;) {
    const taken = await origin.take();
    if (taken.every(({ end }) => end.kind !== 'survived')) return taken;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
