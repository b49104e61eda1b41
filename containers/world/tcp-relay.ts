import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { listenOn } from './local-addresses.ts';

export interface RelayTarget {
  readonly host: string;
  readonly port: number;
}

/** Joins each connection that comes on a port (of both families; 0 lets the kernel choose) to the target. Gives the port. */
export const relayPort = (port: number, target: RelayTarget): Promise<number> => listenOn(relayServer(target), port);

/** Joins each connection that comes on a unix socket, which is made with its folders, to the target. What stood in its place is gone. */
export async function relayUnix(path: string, target: RelayTarget): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  const server = relayServer(target);
  server.listen({ path, readableAll: true, writableAll: true });
  await once(server, 'listening');
}

const relayServer = (target: RelayTarget): ReturnType<typeof createServer> =>
  createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => join(socket, target));

/** Byte by byte, as fast as the slower side takes them; a FIN is passed on as a FIN and a reset as a reset. */
function join(client: Socket, target: RelayTarget): void {
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  if (isTcp(client)) client.setNoDelay();
  pass(client, server);
  pass(server, client);
  client.resume();
}

function pass(from: Socket, to: Socket): void {
  from.on('data', (bytes) => {
    if (to.writable && !to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => to.end());
  from.once('error', () => reset(to));
  // A side that is closed takes nothing more; both were ended in order unless something went wrong.
  from.once('close', () => {
    if (!to.writableEnded) to.end();
    to.resume();
  });
}

/** Unix sockets have no reset; their peer sees an end. */
function reset(socket: Socket): void {
  if (isTcp(socket) && !socket.connecting) socket.resetAndDestroy();
  else socket.destroy();
}

const isTcp = (socket: Socket): boolean => socket.remoteFamily !== undefined;
