import { connect, isIP, type Socket } from 'node:net';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { nowMs } from '../measure/clock.ts';
import type { Endpoint } from './protocol.ts';

/** What a client says before its request, other than an ordinary one does. */
export interface DialManner {
  /** Protocols offered in TLS (RFC 7301); empty: the extension is left out. `http/1.1` without it. */
  readonly alpn?: readonly string[];
  /** Goes out on the TCP connection before anything else: a PROXY protocol header. */
  readonly preface?: Buffer;
}

/** When the stages of a connection were reached; null: not reached. Unix milliseconds. */
export interface DialTimes {
  readonly startedAtMs: number;
  readonly connectedAtMs: number | null;
  readonly tlsAtMs: number | null;
  readonly localPort: number | null;
}

export type Dialled =
  /** `raw`: the TCP socket, beneath TLS another one than `socket`. */
  | { readonly kind: 'connected'; readonly socket: Socket; readonly raw: Socket; readonly times: DialTimes }
  | { readonly kind: 'failed'; readonly outcome: HandshakeOutcome; readonly times: DialTimes };

type StageEnd = 'ready' | 'end' | 'timeout' | (Error & { readonly code?: string });

/** Opens TCP and, where asked for, TLS (verified only where the endpoint asks for it, ALPN http/1.1 unless `manner` says otherwise) before `deadlineAtMs`. Never rejects. */
export async function dial(endpoint: Endpoint, deadlineAtMs: number, manner: DialManner = {}): Promise<Dialled> {
  const startedAtMs = nowMs();
  const raw = connect({ host: endpoint.host, port: endpoint.port, noDelay: true, allowHalfOpen: true });
  const connected = await stage(raw, 'connect', deadlineAtMs);
  if (connected !== 'ready') {
    raw.destroy();
    const outcome = failure(connected, 'connect', startedAtMs);
    return { kind: 'failed', outcome, times: { startedAtMs, connectedAtMs: null, tlsAtMs: null, localPort: null } };
  }
  const times = { startedAtMs, connectedAtMs: nowMs(), tlsAtMs: null, localPort: raw.localPort ?? null };
  if (manner.preface !== undefined && manner.preface.length > 0) raw.write(manner.preface);
  if (!endpoint.tls) return { kind: 'connected', socket: raw, raw, times };
  const secured = await secure(raw, endpoint, deadlineAtMs, manner);
  if ('socket' in secured) return { kind: 'connected', socket: secured.socket, raw, times: { ...times, tlsAtMs: nowMs() } };
  raw.destroy();
  return { kind: 'failed', outcome: failure(secured.end, 'tls', startedAtMs), times };
}

async function secure(
  raw: Socket,
  endpoint: Endpoint,
  deadlineAtMs: number,
  { alpn = ['http/1.1'] }: DialManner,
): Promise<{ readonly socket: Socket } | { readonly end: StageEnd }> {
  let rawEnd: StageEnd | null = null;
  raw.once('end', () => {
    rawEnd ??= 'end';
  });
  raw.once('error', (error) => {
    rawEnd ??= error;
  });
  // Loaded when needed: most paths of a lab are plain, and the driver starts faster without.
  const { connect: connectTls } = await import('node:tls');
  const serverName = isIP(endpoint.serverName) === 0 ? endpoint.serverName : '';
  const offered = alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] };
  const verified = { rejectUnauthorized: endpoint.verify === true, host: endpoint.serverName };
  const socket = connectTls({ socket: raw, ...verified, ...offered, servername: serverName });
  const end = await stage(socket, 'secureConnect', deadlineAtMs);
  if (end === 'ready') return { socket };
  socket.destroy();
  // TLS reports the peer's FIN as ECONNRESET; the TCP socket beneath knows better.
  const isFin = rawEnd === 'end' || (end instanceof Error && end.message.includes('disconnected before secure TLS'));
  return { end: isFin && end !== 'timeout' ? 'end' : end };
}

/** Waits for one event of a socket, its end, its error or the deadline. */
function stage(socket: Socket, event: 'connect' | 'secureConnect', deadlineAtMs: number): Promise<StageEnd> {
  return new Promise((resolve) => {
    const finish = (end: StageEnd): void => {
      clearTimeout(timer);
      socket.off(event, onReady).off('end', onEnd).off('error', finish);
      // An error that comes later must find a listener.
      socket.on('error', () => undefined);
      resolve(end);
    };
    const onReady = (): void => finish('ready');
    const onEnd = (): void => finish('end');
    const timer = setTimeout(() => finish('timeout'), Math.max(0, deadlineAtMs - nowMs()));
    socket.once(event, onReady).once('end', onEnd).once('error', finish);
  });
}

function failure(end: StageEnd, waitingFor: 'connect' | 'tls', startedAtMs: number): HandshakeOutcome {
  const afterMs = nowMs() - startedAtMs;
  if (end === 'timeout') return { kind: 'timeout', waitedMs: afterMs, waitingFor };
  if (end === 'end' || end === 'ready') return { kind: 'closed', afterMs };
  if (waitingFor === 'tls' && (end.code === 'ECONNRESET' || end.code === 'EPIPE')) return { kind: 'reset', afterMs };
  return { kind: 'connect-failed', code: end.code ?? 'UNKNOWN', afterMs };
}
