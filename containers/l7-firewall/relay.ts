import { connect, type Socket } from 'node:net';
import { Inspector } from './inspector.ts';
import type { FirewallConfig } from './rules.ts';

/** How a relayed connection went, as it is logged. Times are Unix ms. */
export interface Relayed {
  readonly at: number;
  readonly event: 'close';
  readonly clientPort: number | null;
  readonly method: string | null;
  readonly url: string | null;
  readonly status: number | null;
  readonly serverStatus: number | null;
  /** Address of the next host, once a connection to it was open. */
  readonly server: string | null;
  readonly endedBy: 'client' | 'server' | 'proxy' | null;
  readonly error: string | null;
  readonly durationMs: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** Relays one connection to the next host, each direction through its rules. `log` is called once, when both sides are closed. */
export function relay(client: Socket, config: FirewallConfig, log: (line: Relayed) => void): void {
  const startedAt = now();
  const server = connect({ ...config.next, allowHalfOpen: true });
  const [request, response] = [new Inspector(config.rules, 'to-origin'), new Inspector(config.rules, 'to-client')];
  const { remotePort } = client;
  let [serverAddress, ownStatus, endedBy, failure]: [string | null, number | null, Relayed['endedBy'], string | null] = [
    null,
    null,
    null,
    null,
  ];
  client.setNoDelay();
  server.setNoDelay();
  server.once('connect', () => {
    serverAddress = `${server.remoteAddress ?? ''}:${server.remotePort ?? 0}`;
  });
  const pass = (from: Socket, to: Socket, inspector: Inspector): void => {
    const side = from === client ? 'client' : 'server';
    from.on('data', (read) => {
      const { bytes, refused } = inspector.take(read);
      if (refused !== null) {
        [ownStatus, endedBy] = [refused, 'proxy'];
        client.end(`HTTP/1.1 ${refused} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        server.destroy();
      } else if (bytes.length > 0 && !to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.once('end', () => {
      endedBy ??= side;
      to.end(inspector.rest());
    });
    from.once('error', (error: NodeJS.ErrnoException) => {
      endedBy ??= side;
      failure ??= error.code ?? error.message;
      // What was reset on one side is reset on the other.
      if (to.connecting) to.destroy();
      else to.resetAndDestroy();
    });
  };
  pass(client, server, request);
  pass(server, client, response);
  let open = 2;
  const closed = (): void => {
    open -= 1;
    if (open > 0) return;
    const [method = null, url = null] = request.startLine?.split(' ') ?? [];
    const serverStatus = Number(/^HTTP\/\d\.\d (\d{3})/.exec(response.startLine ?? '')?.[1] ?? Number.NaN);
    const answered = Number.isNaN(serverStatus) ? null : serverStatus;
    log({
      ...{ at: now(), event: 'close', clientPort: remotePort ?? null, method, url, server: serverAddress, endedBy, error: failure },
      ...{ status: ownStatus ?? answered, serverStatus: answered, durationMs: Math.round(now() - startedAt) },
    });
  };
  client.once('close', closed);
  server.once('close', closed);
}
