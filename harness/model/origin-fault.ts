/*
 * What is wrong with the origin of a path. It is injected into the echo origin, and then the origin is under test: the control path of
 * such a path has the same links and a healthy origin. Scripted connections (plays) are not concerned, nor are ordinary requests.
 */
export type OriginFault =
  /** Every handshake is answered with this status. */
  | { readonly kind: 'reject'; readonly status: number; readonly body: string }
  /** Handshakes are read and not answered; or ended by FIN or RST without a byte. */
  | { readonly kind: 'stall' | 'close' | 'reset' }
  /** The 101 has an accept value of another key, or lacks a header that makes it one. */
  | { readonly kind: 'wrong-accept' | 'no-upgrade-header' | 'no-connection-header' | 'no-accept' }
  /** The 101 names a subprotocol that nobody offered. */
  | { readonly kind: 'wrong-protocol' }
  /** Sockets are ended without a Close frame, so long after the 101. */
  | { readonly kind: 'drop'; readonly afterMs: number; readonly by: 'fin' | 'reset' }
  /** Messages are read and never answered, neither are pings. */
  | { readonly kind: 'mute' }
  /** Nothing more is read from a socket so long after the 101: what comes stays in the kernel until there is no room. */
  | { readonly kind: 'stop-reading'; readonly afterMs: number }
  /** Every message is echoed with a reserved bit set (RFC 6455 section 5.2). */
  | { readonly kind: 'bad-frame' };

export type OriginFaultKind = OriginFault['kind'];
