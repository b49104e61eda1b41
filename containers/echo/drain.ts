import type { Server, Socket } from 'node:net';
import { encodeClose } from '../../harness/wire/frame.ts';
import type { OriginState } from './origin-state.ts';

/** How long peers have to answer the Close frame before the program ends. */
const GRACE_MS = 300;

/** On SIGTERM an origin ends in order: nobody new, `1001 going away` (RFC 6455 section 7.4.1) to every open socket, then the end. */
export function drainOnTerm(server: Server, state: OriginState): void {
  const open = new Set<Socket>();
  const endWhenEmpty = (): void => {
    if (open.size === 0 && !server.listening) process.exit(0);
  };
  // One function for all sockets: there may be very many.
  function leave(this: Socket): void {
    open.delete(this);
    endWhenEmpty();
  }
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', leave);
  });
  process.once('SIGTERM', () => {
    server.close();
    for (const socket of open) sayGoodbye(state.front?.servedFor(socket) ?? socket, state);
    endWhenEmpty();
    setTimeout(() => process.exit(0), GRACE_MS);
  });
}

/** Every write of a session is a whole frame, so the Close frame falls between two. */
function sayGoodbye(socket: Socket, state: OriginState): void {
  const recorder = state.recorderOf(socket);
  if (recorder?.isUpgraded === true && socket.writable) {
    const goodbye = encodeClose(1001, 'going away');
    recorder.sent(goodbye);
    socket.write(goodbye);
  }
  socket.end();
}
