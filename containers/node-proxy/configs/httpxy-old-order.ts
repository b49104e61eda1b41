/*
 * httpxy, called in the argument order of http-proxy: a migration that changes the import and nothing else.
 *
 * httpxy takes the third argument for options, so `head` is spread into them and its bytes are never written. Handshakes
 * succeed, no error is raised, and only a client that sends its first frame right behind its handshake loses it. TypeScript
 * objects; JavaScript, in which most such proxies are written, does not.
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
  // @ts-expect-error the mistake this program is here to show: `head` stands where the options belong
  void proxy.ws(request, socket, head);
});

server.listen(PORT, () => announce('httpxy', PORT));
