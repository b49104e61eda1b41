/** http-proxy 1.18.1 ships no types: what the programs in configs/ use of it. */
declare module 'http-proxy' {
  import type { EventEmitter } from 'node:events';
  import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
  import type { Socket } from 'node:net';

  interface Events {
    error: [error: Error, request: IncomingMessage, response: ServerResponse | Socket];
    proxyReq: [proxyRequest: ClientRequest, request: IncomingMessage, response: ServerResponse];
    proxyReqWs: [proxyRequest: ClientRequest, request: IncomingMessage, socket: Socket];
    proxyRes: [proxyResponse: IncomingMessage, request: IncomingMessage, response: ServerResponse];
  }

  interface ProxyServer extends EventEmitter<Events> {
    web(request: IncomingMessage, response: ServerResponse): void;
    ws(request: IncomingMessage, socket: Socket, head: Buffer): void;
  }

  const httpProxy: { createProxyServer(options: { target: string; ws?: boolean }): ProxyServer };
  export default httpProxy;
}
