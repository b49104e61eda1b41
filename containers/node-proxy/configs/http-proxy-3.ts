/*
 * http-proxy-3, the maintained fork of http-proxy: the same interface, and it listens for errors on the client's socket
 * by itself.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import { answerBadGateway } from '../bad-gateway.ts';
import { announce, logProxy, logRequest, logUpgrade } from '../event-log.ts';

const PORT = 8080;

const proxy = createProxyServer({ target: 'http://origin:9000', ws: true });
logProxy(proxy);
proxy.on('error', (_error, request, client) => answerBadGateway(request, client));

const server = createServer((request, response) => {
  logRequest(request, response);
  proxy.web(request, response);
});

server.on('upgrade', (request, socket: Socket, head) => {
  logUpgrade(request, socket);
  proxy.ws(request, socket, head);
});

server.listen(PORT, () => announce('http-proxy-3', PORT));
