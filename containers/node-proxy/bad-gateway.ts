import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hasServerAnswered, logOwnAnswer } from './event-log.ts';

/**
 * Answers 502 where the next host has not answered. A proxy's error event carries a response for an ordinary request and the
 * bare socket for an upgrade; once a tunnel stands, a status line would be garbage in the middle of its frames.
 */
export function answerBadGateway(request: IncomingMessage | undefined, client: ServerResponse | Duplex | undefined): void {
  if (request === undefined || client === undefined || client.destroyed) return;
  if (client instanceof ServerResponse) {
    if (!client.headersSent) client.writeHead(502, { 'Content-Length': 0, Connection: 'close' });
    client.end();
  } else if (hasServerAnswered(request)) {
    client.end();
  } else {
    logOwnAnswer(request, 502);
    client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }
}
