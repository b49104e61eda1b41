import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Ends a connection as the kernel ends it when a program is killed: a process that does nothing gets a copy of the socket, ours is
 * closed, and the process is killed. Without unread bytes the kernel then sends a FIN, with some an RST (RFC 1122 section 4.2.2.13).
 */
export async function killHolder(socket: Socket): Promise<void> {
  const holder = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', socket] });
  const exited = once(holder, 'exit');
  socket.destroy();
  holder.kill('SIGKILL');
  await exited;
}
