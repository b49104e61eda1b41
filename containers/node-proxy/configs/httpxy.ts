/*
 * httpxy, called in its own argument order: ws(request, socket, options, head).
 *
 * `head` is what the client sent right behind its handshake, usually nothing. httpxy-old-order.ts shows what becomes of it
 * in the order that http-proxy has.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { answerBadGateway } from '../bad-gateway.ts';
import { announce, logProxy, logRequest, logUpgrade } from '../event-log.ts';

const PORT = 8080;

const proxy = createProxyServer({ target: 'http://origin:9000', ws: true });
logProxy(proxy);
proxy.on('error', (_error, request, client) => answerBadGateway(request, client));

const server = createServer((request, response) => {
  logRequest(request, response);
  void proxy.web(request, response);
});

server.on('upgrade', (request, socket: Socket, head) => {
  logUpgrade(request, socket);
  void proxy.ws(request, socket, {}, head);
});

server.listen(PORT, () => announce('httpxy', PORT));
