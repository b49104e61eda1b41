/** What a link does to packets. Directions are seen from the client: `to-origin` or `to-client`. */
export type Direction = 'to-origin' | 'to-client';

/** What one impairment does. `direction: 'both'` applies it to each direction on its own. */
type Effect =
  | { readonly kind: 'loss'; readonly percent: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'loss-nth'; readonly every: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'delay'; readonly ms: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'rate'; readonly kbitPerSecond: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'hold-rst'; readonly ms: number; readonly direction: Direction | 'both' }
  /** Packets longer than this many bytes (IP total length) vanish without an ICMP message: a path MTU that nobody tells. */
  | { readonly kind: 'mtu-blackhole'; readonly bytes: number; readonly direction: Direction | 'both' }
  /** A stateful device forgets a flow that was silent for so long (whole seconds), and from then on drops its packets without a word. */
  | { readonly kind: 'forget-flows'; readonly afterMs: number; readonly direction: 'both' }
  /** A middlebox that sees this text in the payload of a direction resets both ends, from their own addresses, so many milliseconds later. */
  | { readonly kind: 'inject-rst'; readonly onText: string; readonly afterMs: number; readonly direction: Direction };

/**
 * One impairment of one link. `subject`: it is the device under test and not the weather, so the control path gets the link
 * without it.
 */
export type Impairment = Effect & { readonly subject?: true };

/**
 * The rung of the ladder that carries an impairment: the kernel's netem, iptables/tbf, or a relay in user space that
 * re-injects the same IP packets through a TUN device (so TCP still runs end to end). `none`: this machine cannot carry it, and the
 * link goes without; the note says why.
 */
export type ImpairmentRung = 'netem' | 'iptables' | 'tbf' | 'tun-relay' | 'none';

/** An impairment with the rung that was really used and a sentence that says what it does and does not do. */
export interface AppliedImpairment {
  readonly impairment: Impairment;
  readonly rung: ImpairmentRung;
  readonly note: string;
}
