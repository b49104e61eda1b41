/*
 * http-proxy 1.18.1 with only proxy.web wired: everything works but WebSockets, and nobody is told why.
 *
 * `ws: true` does not wire anything by itself. A Node server without an `upgrade` listener hands a handshake to its request
 * handler (since Node 10), so http-proxy sends it on like any other request, Upgrade header and all. The origin upgrades and
 * answers 101. Node's client has no `upgrade` listener on that request either and closes the connection to the origin, and
 * http-proxy hears of neither an answer nor an error: the client waits for an answer until it gives up.
 */
import { createServer } from 'node:http';
import httpProxy from 'http-proxy';
import { answerBadGateway } from '../bad-gateway.ts';
import { announce, logProxy, logRequest } from '../event-log.ts';

const PORT = 8080;

const proxy = httpProxy.createProxyServer({ target: 'http://origin:9000', ws: true });
logProxy(proxy);
proxy.on('error', (_error, request, client) => answerBadGateway(request, client));

const server = createServer((request, response) => {
  logRequest(request, response);
  proxy.web(request, response);
});

server.listen(PORT, () => announce('http-proxy', PORT));
