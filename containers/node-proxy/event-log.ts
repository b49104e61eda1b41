import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { findPackageJSON } from 'node:module';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/*
 * The log that the programs in configs/ share: one JSON object a line on stdout. `at` is Unix time in milliseconds with a
 * fraction. `close` comes last for each request or upgrade and says how it went; the other events say when what happened.
 * Listening here changes nothing about how a proxy relays.
 */

/** What is known of a request or upgrade so far. */
interface Exchange {
  readonly startedAt: number;
  readonly clientPort: number | null;
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** Status that the next host answered. */
  serverStatus: number | null;
  /** Status of an answer that the program gave by itself. */
  ownStatus: number | null;
  /** Address of the next host, once a connection to it was opened. */
  server: string | null;
  endedBy: 'client' | 'server' | 'proxy' | null;
  error: string | null;
}

const exchanges = new WeakMap<IncomingMessage, Exchange>();

const now = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;

function write(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ at: now(), event, ...fields })}\n`);
}

function begin(event: 'request' | 'upgrade', request: IncomingMessage): Exchange {
  const { method, url } = request;
  const exchange: Exchange = {
    startedAt: now(),
    clientPort: request.socket.remotePort ?? null,
    method,
    url,
    serverStatus: null,
    ownStatus: null,
    server: null,
    endedBy: null,
    error: null,
  };
  exchanges.set(request, exchange);
  write(event, { clientPort: exchange.clientPort, method, url });
  return exchange;
}

function finish({ startedAt, clientPort, method, url, serverStatus, server, endedBy, error }: Exchange, status: number | null): void {
  const durationMs = Math.round((now() - startedAt) * 1000) / 1000;
  write('close', { clientPort, method, url, status, serverStatus, server, endedBy, error, durationMs });
}

/** Whether the next host has answered this request, with whatever status. */
export const hasServerAnswered = (request: IncomingMessage): boolean => (exchanges.get(request)?.serverStatus ?? null) !== null;

/** Says on stdout which package in which version is listening. */
export function announce(packageName: string, port: number): void {
  const file = findPackageJSON(packageName, import.meta.url);
  const { version } = JSON.parse(readFileSync(file ?? '', 'utf8')) as { version: string };
  write('listening', { package: packageName, version, node: process.version, port });
}

/** Notes that the program answers an upgrade by itself. Who caused it stays as it is known. */
export function logOwnAnswer(request: IncomingMessage, status: number): void {
  const exchange = exchanges.get(request);
  if (exchange === undefined) return;
  exchange.ownStatus = status;
  exchange.endedBy ??= 'proxy';
}

/** Logs an ordinary request until its response is sent or given up. */
export function logRequest(request: IncomingMessage, response: ServerResponse): void {
  const exchange = begin('request', request);
  response.on('close', () => {
    if (!response.writableFinished) exchange.endedBy ??= 'client';
    finish(exchange, response.headersSent ? response.statusCode : null);
  });
}

/** Logs an upgrade until the client's connection is closed. The error listener also keeps a reset from ending the program. */
export function logUpgrade(request: IncomingMessage, socket: Duplex): void {
  const exchange = begin('upgrade', request);
  socket.on('end', () => {
    // A client answers a FIN with its own; who called end() first is the one.
    exchange.endedBy ??= socket.writableEnded ? 'proxy' : 'client';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    exchange.endedBy ??= 'client';
    exchange.error ??= error.code ?? error.message;
  });
  socket.on('close', () => finish(exchange, exchange.serverStatus ?? exchange.ownStatus));
}

/** Logs what the proxy does with the next host, and its errors. */
export function logProxy(proxy: object): void {
  // The three packages emit the same events and type them differently.
  const events = proxy as EventEmitter<{
    error: [error: NodeJS.ErrnoException, request?: IncomingMessage];
    proxyReq: [proxyRequest: ClientRequest, request: IncomingMessage];
    proxyReqWs: [proxyRequest: ClientRequest, request: IncomingMessage];
    proxyRes: [proxyResponse: IncomingMessage, request: IncomingMessage];
  }>;
  events.on('proxyReq', (proxyRequest, request) => followServer(proxyRequest, request));
  events.on('proxyReqWs', (proxyRequest, request) => {
    followServer(proxyRequest, request);
    proxyRequest.on('upgrade', (response: IncomingMessage, socket: Duplex) => {
      answered(request, response);
      const exchange = exchanges.get(request);
      socket.on('end', () => {
        if (exchange !== undefined) exchange.endedBy ??= 'server';
      });
    });
    proxyRequest.on('response', (response: IncomingMessage) => answered(request, response));
  });
  events.on('proxyRes', (response, request) => answered(request, response));
  events.on('error', (error, request) => {
    const exchange = request === undefined ? undefined : exchanges.get(request);
    if (exchange !== undefined) {
      exchange.error ??= error.code ?? error.message;
      exchange.endedBy ??= 'server';
    }
    const { clientPort = null, method, url, endedBy = null } = exchange ?? {};
    write('error', { clientPort, method, url, code: error.code ?? null, message: error.message, endedBy });
  });
}

function followServer(proxyRequest: ClientRequest, request: IncomingMessage): void {
  const exchange = exchanges.get(request);
  if (exchange === undefined) return;
  const opened = (socket: Socket): void => {
    exchange.server = `${socket.remoteAddress}:${socket.remotePort}`;
    write('open', { clientPort: exchange.clientPort, method: exchange.method, url: exchange.url, server: exchange.server });
  };
  const follow = (socket: Socket): void => {
    if (socket.connecting) socket.once('connect', () => opened(socket));
    else opened(socket);
  };
  // http-proxy emits proxyReq once the request has its socket, the others before.
  if (proxyRequest.socket === null) proxyRequest.once('socket', follow);
  else follow(proxyRequest.socket);
}

function answered(request: IncomingMessage, response: IncomingMessage): void {
  const exchange = exchanges.get(request);
  if (exchange === undefined) return;
  exchange.serverStatus = response.statusCode ?? null;
  write('response', { clientPort: exchange.clientPort, method: exchange.method, url: exchange.url, serverStatus: exchange.serverStatus });
}
