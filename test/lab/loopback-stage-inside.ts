import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Exchange, ExchangeRequest, StageReply, StageRequest } from './loopback-stage.ts';

/*
 * Runs inside the namespaces of a loopback stage: a raw origin on port 9000 that keeps what it read, a raw client, and the
 * programs under test as children. One JSON value a line on stdin and stdout; everything ends when stdin does.
 */

interface OriginSide {
  received: string;
  open: boolean;
}

const originConnections: OriginSide[] = [];
const programs = new Map<string, ChildProcess>();

/** 101 to a handshake of HTTP/1.1 with both headers, then an echo; 426 to one of HTTP/1.0; 200 to anything else. */
function answerOf(head: string): { readonly text: string; readonly tunnel: boolean } {
  const asksUpgrade = /^upgrade: *websocket\r$/im.test(head) && /^connection:.*\bupgrade\b/im.test(head);
  if (asksUpgrade && / HTTP\/1\.0\r\n/.test(head)) {
    return { text: 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', tunnel: false };
  }
  if (asksUpgrade) {
    const key = /^sec-websocket-key: *(\S+)\r$/im.exec(head)?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
    return { text: `${lines.join('\r\n')}\r\n\r\n`, tunnel: true };
  }
  return { text: 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nplain\n', tunnel: false };
}

function serveOrigin(socket: Socket): void {
  const side: OriginSide = { received: '', open: true };
  originConnections.push(side);
  let tunnel = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    side.open = false;
  });
  socket.on('data', (bytes: Buffer) => {
    const had = side.received.indexOf('\r\n\r\n');
    side.received += bytes.toString('latin1');
    const end = side.received.indexOf('\r\n\r\n');
    if (tunnel) socket.write(bytes);
    if (had >= 0 || end < 0) return;
    const answer = answerOf(side.received.slice(0, end + 2));
    if (side.received.startsWith('GET /reset ')) return void socket.resetAndDestroy();
    if (side.received.startsWith('GET /stall ')) return;
    tunnel = answer.tunnel;
    socket.write(answer.text);
    const rest = side.received.slice(end + 4);
    if (tunnel && rest !== '') socket.write(Buffer.from(rest, 'latin1'));
  });
}

async function exchange({ port, send, until, limitMs, tls, abort }: ExchangeRequest): Promise<Exchange> {
  const first = originConnections.length;
  const socket = tls ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  let received = '';
  let ended: Exchange['ended'] = 'open';
  const startedAtMs = Date.now();
  const done = new Promise<void>((resolve) => {
    socket.on(tls ? 'secureConnect' : 'connect', () => socket.write(Buffer.from(send, 'latin1')));
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      if (until !== null && received.includes(until)) resolve();
    });
    socket.on('end', () => {
      ended = 'fin';
      resolve();
    });
    socket.on('error', () => {
      ended = 'reset';
      resolve();
    });
  });
  await Promise.race([done, sleep(limitMs)]);
  const elapsedMs = Date.now() - startedAtMs;
  if (abort) socket.resetAndDestroy();
  else socket.destroy();
  for (let tries = 0; tries < 40 && originConnections.slice(first).some((side) => side.open); tries++) await sleep(25);
  return { received, ended, elapsedMs, origin: originConnections.slice(first).map((side) => side.received) };
}

const listens = (port: number): boolean =>
  ['/proc/net/tcp', '/proc/net/tcp6'].some((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .some((line) => new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 0A `).test(line)),
  );

async function start(name: string, argv: readonly string[], port: number, logFile: string): Promise<boolean> {
  const log = openSync(logFile, 'a');
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', log, log] });
  closeSync(log);
  programs.set(name, child);
  child.on('exit', () => programs.delete(name));
  for (let tries = 0; tries < 200 && programs.has(name) && !listens(port); tries++) await sleep(25);
  return programs.has(name) && listens(port);
}

async function stop(name: string, signal: NodeJS.Signals): Promise<boolean> {
  const child = programs.get(name);
  if (child === undefined) return false;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await gone;
  return true;
}

function run(argv: readonly string[]): Promise<StageReply> {
  return new Promise((resolve) => {
    execFile(argv[0] ?? '', argv.slice(1), (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ kind: 'run', result: { code, stdout, stderr } });
    });
  });
}

async function answer(request: StageRequest): Promise<StageReply> {
  switch (request.kind) {
    case 'run':
      return run(request.argv);
    case 'start':
      return { kind: 'done', ok: await start(request.name, request.argv, request.port, request.logFile) };
    case 'stop':
      return { kind: 'done', ok: await stop(request.name, request.signal) };
    case 'exchange':
      return { kind: 'exchange', exchange: await exchange(request.exchange) };
  }
}

createServer({ allowHalfOpen: false }, serveOrigin).listen(9000, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ kind: 'done', ok: true })}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    void answer(JSON.parse(line) as StageRequest).then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
  });
  lines.on('close', () => {
    for (const child of programs.values()) child.kill('SIGKILL');
    process.exit(0);
  });
});
