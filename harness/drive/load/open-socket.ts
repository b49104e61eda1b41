import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { LoadKit } from './load-kit.ts';
import type { LoadSession } from './load-session.ts';

const SESSION = Symbol('session');
type SessionSocket = Socket & { [SESSION]?: LoadSession };

/** Begins to connect. The listeners are the same functions for every socket: a session costs no closure but that of its reads. */
export function openSocket(session: LoadSession, kit: LoadKit, localAddress: string | undefined): Socket {
  const { endpoint, readBuffer, secureContext } = kit;
  const options = {
    host: endpoint.host,
    port: endpoint.port,
    allowHalfOpen: true,
    onread: { buffer: readBuffer, callback: (count: number): boolean => session.read(count) },
    ...(localAddress === undefined ? {} : { localAddress, localPort: kit.ports.next(localAddress) }),
  };
  const socket: SessionSocket = secureContext === null ? connect(options) : secureSocket(options, kit, secureContext);
  socket[SESSION] = session;
  socket.setNoDelay(true);
  socket.on('connect', onConnect).on('end', onEnd).on('error', onError).on('close', onClose);
  if (isIP(endpoint.host) === 0) socket.on('lookup', onLookup);
  if (secureContext !== null) socket.on('secureConnect', onSecure);
  return socket;
}

function secureSocket(
  options: { readonly host: string; readonly port: number; readonly localAddress?: string; readonly localPort?: number },
  { endpoint: { serverName } }: LoadKit,
  secureContext: NonNullable<LoadKit['secureContext']>,
): Socket {
  // RFC 6066 section 3: an address is no server name.
  const servername = isIP(serverName) === 0 ? serverName : '';
  return connectTls({ ...options, secureContext, servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
}

/** What only matters until the 101: an open session keeps no listener for it. */
export function forgetOpening(socket: Socket): void {
  socket.off('connect', onConnect).off('lookup', onLookup).off('secureConnect', onSecure);
}

/** What becomes of the socket is nobody's any more. */
export function letGo(socket: SessionSocket): void {
  delete socket[SESSION];
}

function onConnect(this: SessionSocket): void {
  this[SESSION]?.onConnect();
}
function onSecure(this: SessionSocket): void {
  this[SESSION]?.onSecure();
}
function onLookup(this: SessionSocket): void {
  // Told for each address of a name; the first is when it was known.
  this.off('lookup', onLookup);
  this[SESSION]?.onLookup();
}
function onEnd(this: SessionSocket): void {
  this[SESSION]?.onEnd();
}
function onError(this: SessionSocket, error: Error & { readonly code?: string }): void {
  this[SESSION]?.onError(error);
}
function onClose(this: SessionSocket): void {
  this[SESSION]?.onClose();
  delete this[SESSION];
}
