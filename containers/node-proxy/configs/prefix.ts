/*
 * A proxy for an application that lives below a path: /app/socket goes to the origin as /socket, HTTP and WebSocket alike.
 *
 * The prefix has to be taken off in both handlers. Where only the request handler does it, pages load and the socket gets
 * a 404. Whatever is not below /app is answered here with 404.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import httpProxy from 'http-proxy';
import { answerBadGateway } from '../bad-gateway.ts';
import { announce, logOwnAnswer, logProxy, logRequest, logUpgrade } from '../event-log.ts';

const PORT = 8080;
const PREFIX = '/app';

const proxy = httpProxy.createProxyServer({ target: 'http://origin:9000', ws: true });
logProxy(proxy);
proxy.on('error', (_error, request, client) => answerBadGateway(request, client));

/** Takes the prefix off the request target; false when it is not there. */
function stripPrefix(request: IncomingMessage): boolean {
  const [path = '', ...query] = (request.url ?? '').split('?');
  if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) return false;
  request.url = [path.slice(PREFIX.length) || '/', ...query].join('?');
  return true;
}

const server = createServer((request, response) => {
  logRequest(request, response);
  if (stripPrefix(request)) proxy.web(request, response);
  else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
});

server.on('upgrade', (request, socket: Socket, head) => {
  logUpgrade(request, socket);
  if (stripPrefix(request)) return proxy.ws(request, socket, head);
  logOwnAnswer(request, 404);
  socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
});

server.listen(PORT, () => announce('http-proxy', PORT));
