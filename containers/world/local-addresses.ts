import { once } from 'node:events';
import type { Server } from 'node:net';

/**
 * Where a UDP server listens to be reached under every address of its host. Loopback has sockets of its own: an answer to a query that was
 * redirected to 127.0.0.1 has to come from there, while a socket for all addresses would send it from the asker's own.
 */
export const LOCAL_ADDRESSES = [
  { type: 'udp4', address: '127.0.0.1', isOptional: false },
  { type: 'udp4', address: '0.0.0.0', isOptional: false },
  // A host may be without IPv6.
  { type: 'udp6', address: '::1', isOptional: true },
  { type: 'udp6', address: '::', isOptional: true },
] as const;

const BACKLOG = 4096;

/** Listens for TCP on every address of both families, on IPv4 alone where there is no IPv6; port 0 lets the kernel choose. Gives the port. */
export async function listenOn(server: Server, port: number): Promise<number> {
  server.listen({ port, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
