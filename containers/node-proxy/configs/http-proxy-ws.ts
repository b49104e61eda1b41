/*
 * http-proxy 1.18.1 with WebSockets wired as its README has it.
 *
 * Two things need wiring: `ws: true` alone does nothing for a server of one's own, the `upgrade` event does; and the client's
 * socket needs an error listener from the first moment (logUpgrade adds it). Without one a client that resets its connection
 * before the origin has answered ends the whole program: http-proxy listens for errors on that socket only after the 101, and
 * the proxy's own `error` event is not told.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import httpProxy from 'http-proxy';
import { answerBadGateway } from '../bad-gateway.ts';
import { announce, logProxy, logRequest, logUpgrade } from '../event-log.ts';

const PORT = 8080;

const proxy = httpProxy.createProxyServer({ target: 'http://origin:9000', ws: true });
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

server.listen(PORT, () => announce('http-proxy', PORT));
