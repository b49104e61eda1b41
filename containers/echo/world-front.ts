import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { serveHttp2 } from './http2-gateway.ts';
import type { Opening } from './opening.ts';
import { pathOf } from './plain-http.ts';
import { tlsContext, type TlsPairs } from './tls-context.ts';

/** How much of a request line is looked at. */
const MAX_LINE = 65_536;

export interface WorldFrontSettings {
  /** Without any it makes a certificate of its own when the first asks for it. */
  readonly tls: TlsPairs;
  /** Requests whose path begins with one of these ask for permission, and get it. */
  readonly authTargets: readonly string[];
}

/** A connection that did not begin with HTTP/1. */
export interface OpenedConnection {
  readonly socket: Socket;
  /** What came on it. */
  readonly early: Buffer;
  /** Serves what it carries. `on` is the socket or what stands in for it. */
  readonly serve: (on: Socket, early?: Buffer) => void;
}

/**
 * What an origin is beyond itself when it stands for every origin of somebody's config: it speaks TLS, PROXY headers and HTTP/2 to whoever begins with
 * them, and gives permission to those who ask for it.
 */
export class WorldFront {
  readonly #authTargets: readonly string[];
  readonly #tls: TlsPairs;
  /** Undefined: nobody has asked yet. Null: there is none. */
  #context: SecureContext | null | undefined;
  /** Had a PROXY header: there is one at most. */
  readonly #headed = new WeakSet<Socket>();
  /** What is served in place of a socket. */
  readonly #inner = new WeakMap<Socket, Socket>();
  readonly #beneath = new WeakMap<Socket, Socket>();

  constructor({ tls, authTargets }: WorldFrontSettings) {
    this.#authTargets = authTargets;
    this.#tls = tls;
    // A file that is wrong is to be said at once.
    if (tls.certs.length > 0) this.#context = tlsContext(tls);
  }

  /** Whether `begin` is to take a connection that opens so; no HTTP/1 else, which refuses it. */
  takes({ kind }: Opening, socket: Socket): boolean {
    if (kind === 'proxy-header') return !this.#headed.has(socket);
    return kind === 'http2' || (kind === 'tls' && this.#secure() !== null);
  }

  /** Takes a connection whose events nobody listens to any more. */
  begin(opening: Opening, connection: OpenedConnection): void {
    const { socket, early, serve } = connection;
    if (opening.kind === 'proxy-header') {
      this.#headed.add(socket);
      return serve(socket, early.subarray(opening.byteLength));
    }
    socket.pause();
    socket.unshift(early);
    if (opening.kind === 'http2') return serveHttp2(socket);
    const context = this.#secure();
    if (context !== null) serve(this.#decrypted(socket, context));
  }

  /** Whether the first of these bytes ask for permission. Its line tells: what follows may quote another request whole. */
  isAuthRequest(bytes: Buffer): boolean {
    if (this.#authTargets.length === 0) return false;
    const target = /^[\r\n]*[A-Z]{1,20} ([^ \r\n]+) [^\r\n]*\r?\n/.exec(bytes.toString('latin1', 0, MAX_LINE))?.[1];
    return target !== undefined && this.#authTargets.some((prefix) => pathOf(target).startsWith(prefix));
  }

  /** The socket that is served in place of this one, or itself. */
  servedFor(socket: Socket): Socket {
    return this.#inner.get(socket) ?? socket;
  }

  /** The socket that this one is served in place of, or itself. */
  beneath(socket: Socket): Socket {
    return this.#beneath.get(socket) ?? socket;
  }

  #secure(): SecureContext | null {
    this.#context ??= this.#context === undefined ? tlsContext(this.#tls) : null;
    return this.#context;
  }

  #decrypted(socket: Socket, secureContext: SecureContext): Socket {
    const inner = new TLSSocket(socket, { isServer: true, secureContext, ALPNCallback: chooseProtocol });
    // Only a TLS server of Node's own tells its sockets so, and HTTP/2 waits for it.
    inner.once('secure', () => Object.assign(inner, { secureConnecting: false }));
    // Only the socket beneath can be reset.
    inner.resetAndDestroy = () => {
      socket.resetAndDestroy();
      return inner.destroy();
    };
    this.#inner.set(socket, inner);
    this.#beneath.set(inner, socket);
    return inner;
  }
}

/** HTTP/1.1 where it is offered, because it is what origins of WebSockets speak; else what is. */
const chooseProtocol = ({ protocols }: { readonly protocols: readonly string[] }): string | undefined =>
  protocols.find((name) => name === 'http/1.1') ?? protocols[0];
