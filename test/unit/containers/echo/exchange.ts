import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends text to a port of this machine and gives all that comes back until the other side ends or is quiet for a while, at the most eight of those. */
export async function exchange(port: number, text: string, quietMs = 150): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  const ended = new Promise<void>((resolve) => {
    setTimeout(resolve, quietMs * 8);
    let quiet = setTimeout(resolve, quietMs * 4);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(resolve, quietMs);
    });
    socket.on('error', () => resolve()).on('end', () => resolve());
  });
  socket.write(text, 'latin1');
  await ended;
  socket.destroy();
  return received;
}
