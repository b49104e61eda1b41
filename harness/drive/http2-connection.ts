import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type Settings } from 'node:http2';
import type { Socket } from 'node:net';
import { nowMs } from '../measure/clock.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import type { Endpoint } from './protocol.ts';

/** What a stream was answered with. */
export type StreamAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly stream: ClientHttp2Stream }
  | { readonly kind: 'none'; readonly outcome: HandshakeOutcome };

type Goaway = { readonly atMs: number; readonly code: string; readonly lastStreamId: number };

/** The client's end of one HTTP/2 connection over a socket that is open already: its settings, its GOAWAY, its streams. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #startedAtMs = nowMs();
  readonly #authority: string;
  readonly #scheme: string;
  #settings: Settings | null = null;
  #goaway: Goaway | null = null;
  #error = '';
  #rawEnd: 'closed' | 'reset' | null = null;

  constructor(socket: Socket, { hostHeader, tls }: Pick<Endpoint, 'hostHeader' | 'tls'>) {
    this.#socket = socket;
    this.#authority = hostHeader;
    this.#scheme = tls ? 'https' : 'http';
    socket.on('end', () => {
      this.#rawEnd ??= 'closed';
      // The socket may be half-open, and then nothing else would end the session.
      socket.destroy();
    });
    socket.on('error', (error: Error & { readonly code?: string }) => {
      this.#rawEnd ??= error.code === 'ECONNRESET' ? 'reset' : 'closed';
    });
    this.#session = connect(`http://${hostHeader}`, { createConnection: () => socket, settings: { enablePush: false } });
    this.#session.on('remoteSettings', (settings) => {
      this.#settings ??= settings;
    });
    this.#session.on('goaway', (code, lastStreamId) => {
      this.#goaway ??= { atMs: nowMs(), code: errorName(code), lastStreamId };
    });
    this.#session.on('error', (error: Error & { readonly code?: string }) => {
      this.#error = `${error.code ?? ''} ${error.message}`.trim();
    });
  }

  get goaway(): Goaway | null {
    return this.#goaway;
  }

  get words(): string {
    return this.#error;
  }

  /** The other end's first SETTINGS; or why there were none until `untilMs`. */
  async settings(
    untilMs: number,
  ): Promise<{ readonly kind: 'settings'; readonly settings: Settings } | Exclude<StreamAnswer, { kind: 'status' }>> {
    await happened(this.#session, ['remoteSettings', 'close'], () => this.#settings !== null || this.#session.destroyed, untilMs);
    if (this.#settings !== null) return { kind: 'settings', settings: this.#settings };
    return { kind: 'none', outcome: this.#failure('the other end speaks no HTTP/2') };
  }

  /** Asks for a WebSocket (RFC 8441 section 4). The stream stays open. */
  connect(target: string, untilMs: number): Promise<StreamAnswer> {
    return this.#ask({ ...this.#pseudo('CONNECT', target), ':protocol': 'websocket', 'sec-websocket-version': '13' }, false, untilMs);
  }

  /** An ordinary GET. */
  async get(target: string, untilMs: number): Promise<StreamAnswer> {
    const answer = await this.#ask(this.#pseudo('GET', target), true, untilMs);
    if (answer.kind === 'status') answer.stream.resume();
    return answer;
  }

  /** Ends the connection; what is still open on it goes with it. */
  destroy(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  #pseudo(method: string, target: string): Record<string, string> {
    return { ':method': method, ':scheme': this.#scheme, ':authority': this.#authority, ':path': target };
  }

  async #ask(headers: Record<string, string>, endStream: boolean, untilMs: number): Promise<StreamAnswer> {
    if (this.#session.closed || this.#session.destroyed) return { kind: 'none', outcome: this.#failure('the connection is over') };
    const stream = this.#session.request(headers, { endStream });
    let status: number | null = null;
    stream.on('response', (fields) => {
      status = Number(fields[':status']);
    });
    stream.on('error', (error) => {
      this.#error ||= error.message;
    });
    await happened(stream, ['response', 'close'], () => status !== null || stream.destroyed, untilMs);
    if (status !== null) return { kind: 'status', status, stream };
    if (!stream.destroyed) {
      stream.close(constants.NGHTTP2_CANCEL);
      return { kind: 'none', outcome: { kind: 'timeout', waitedMs: nowMs() - this.#startedAtMs, waitingFor: 'response' } };
    }
    if (stream.rstCode === undefined || stream.rstCode === 0 || this.#session.destroyed)
      return { kind: 'none', outcome: this.#failure('the stream ended without an answer') };
    this.#error = `RST_STREAM ${errorName(stream.rstCode)}`;
    return { kind: 'none', outcome: { kind: 'reset', afterMs: nowMs() - this.#startedAtMs } };
  }

  #failure(detail: string): HandshakeOutcome {
    const afterMs = nowMs() - this.#startedAtMs;
    const isProtocol = this.#error.startsWith('ERR_HTTP2') || this.#goaway !== null;
    if (isProtocol) return { kind: 'malformed-response', detail, elapsedMs: afterMs };
    if (this.#rawEnd !== null) return { kind: this.#rawEnd, afterMs };
    return this.#session.destroyed ? { kind: 'closed', afterMs } : { kind: 'timeout', waitedMs: afterMs, waitingFor: 'response' };
  }
}

/** The name of an error code of RFC 9113 section 7: `NO_ERROR`, `CANCEL` ... */
export function errorName(code: number): string {
  const found = Object.entries(constants).find(
    ([name, value]) => value === code && ERROR_NAMES.has(name.replace('NGHTTP2_', '')) && name.startsWith('NGHTTP2_'),
  );
  return found?.[0].replace('NGHTTP2_', '') ?? String(code);
}

const ERROR_NAMES: ReadonlySet<string> = new Set(
  `NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL
  COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED`.split(/\s+/),
);

interface Emits {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** Waits for one of the events after which `isTrue`, or until `untilMs`. */
function happened(emitter: Emits, events: readonly string[], isTrue: () => boolean, untilMs: number): Promise<void> {
  if (isTrue()) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      for (const event of events) emitter.off(event, finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(0, untilMs - nowMs()));
    for (const event of events) emitter.on(event, finish);
  });
}
