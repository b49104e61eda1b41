import { createServer } from 'node:net';
import { serveConnection } from './connection.ts';
import { runOrigin } from './run-origin.ts';

/** The strict echo origin on raw sockets: the reference that hides no fault of what stands before it. */
await runOrigin(process.argv.slice(2), (state) => createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, state)));
