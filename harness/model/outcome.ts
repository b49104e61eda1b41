/**
 * How one opening handshake ended, seen from the client. A closed union: never a boolean.
 * `upgraded` means a 101 whose Upgrade, Connection and Sec-WebSocket-Accept are all right (RFC 6455 section 4.1).
 */
export type HandshakeOutcome =
  | { readonly kind: 'upgraded'; readonly elapsedMs: number }
  | { readonly kind: 'rejected'; readonly status: number; readonly reason: string; readonly elapsedMs: number }
  | { readonly kind: 'wrong-accept'; readonly expected: string; readonly received: string | null; readonly elapsedMs: number }
  | { readonly kind: 'malformed-response'; readonly detail: string; readonly elapsedMs: number }
  | { readonly kind: 'closed'; readonly afterMs: number }
  | { readonly kind: 'reset'; readonly afterMs: number }
  | { readonly kind: 'timeout'; readonly waitedMs: number; readonly waitingFor: 'connect' | 'tls' | 'response' }
  | { readonly kind: 'connect-failed'; readonly code: string; readonly afterMs: number };

/** A short label for tables and counts: `101`, `403`, `reset`, `timeout` ... */
export function outcomeLabel(outcome: HandshakeOutcome): string {
  switch (outcome.kind) {
    case 'upgraded':
      return '101';
    case 'rejected':
      return String(outcome.status);
    case 'wrong-accept':
    case 'malformed-response':
    case 'closed':
    case 'reset':
    case 'timeout':
    case 'connect-failed':
      return outcome.kind;
  }
}

/** How a WebSocket or TCP connection ended, seen from one end. `survived`: still open when the watch ended. */
export type ConnectionEnd =
  | { readonly kind: 'survived' }
  | { readonly kind: 'close-frame'; readonly atMs: number; readonly code: number | null; readonly reason: string }
  | { readonly kind: 'fin'; readonly atMs: number }
  | { readonly kind: 'reset'; readonly atMs: number }
  | { readonly kind: 'local'; readonly atMs: number };
