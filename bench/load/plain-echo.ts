import { createServer, type Socket } from 'node:net';
import { acceptFor } from '../../harness/wire/handshake.ts';

/* The least that echoes: a WebSocket server that answers what one read brought with one write. Says its port on stdout and ends with stdin. */

const FRAME_BYTES = 6;
const SHORTEST = 126;

createServer({ noDelay: true }, (socket: Socket) => {
  let waiting: Buffer | null = null;
  socket.on('error', () => undefined);
  socket.once('data', (head: Buffer) => {
    const key = /sec-websocket-key: *([^\r]+)/i.exec(head.toString('latin1'))?.[1] ?? '';
    const answer = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(key)}`,
    ];
    socket.write(`${answer.join('\r\n')}\r\n\r\n`);
    socket.on('data', (chunk: Buffer) => {
      const bytes: Buffer = waiting === null ? chunk : Buffer.concat([waiting, chunk]);
      const { answer: echo, read } = echoOf(bytes);
      waiting = read < bytes.length ? bytes.subarray(read) : null;
      if (echo.length > 0) socket.write(echo);
      if (((bytes[0] ?? 0) & 0x0f) === 8) socket.end();
    });
  });
})
  .listen(0, '127.0.0.1', 1024)
  .on('listening', function (this: import('node:net').Server) {
    const address = this.address();
    process.stdout.write(`${typeof address === 'object' ? address?.port : 0}\n`);
  });
process.stdin.resume().on('end', () => process.exit(0));

/** All whole short frames, unmasked; a Ping becomes a Pong. */
function echoOf(bytes: Buffer): { readonly answer: Buffer; readonly read: number } {
  const answer = Buffer.allocUnsafe(bytes.length);
  let [read, written] = [0, 0];
  while (bytes.length - read >= FRAME_BYTES) {
    const length = (bytes[read + 1] ?? 0) & 0x7f;
    if (length >= SHORTEST || bytes.length - read < FRAME_BYTES + length) break;
    const first = bytes[read] ?? 0;
    answer[written] = (first & 0x0f) === 9 ? first + 1 : first;
    answer[written + 1] = length;
    for (let at = 0; at < length; at += 1)
      answer[written + 2 + at] = (bytes[read + FRAME_BYTES + at] ?? 0) ^ (bytes[read + 2 + (at & 3)] ?? 0);
    read += FRAME_BYTES + length;
    written += 2 + length;
  }
  return { answer: answer.subarray(0, written), read };
}
