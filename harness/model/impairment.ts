/** What a link does to packets. Directions are seen from the client: `to-origin` or `to-client`. */
export type Direction = 'to-origin' | 'to-client';

/** What one impairment does. `direction: 'both'` applies it to each direction on its own. */
type Effect =
  | { readonly kind: 'loss'; readonly percent: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'loss-nth'; readonly every: number; readonly direction: Direction | 'both' }
  /** Of every `every` packets the last `inRow` are lost, one behind the other. */
  | { readonly kind: 'loss-burst'; readonly every: number; readonly inRow: number; readonly direction: Direction | 'both' }
  /** Of every `every` segments that end a write (PSH) the last is lost: where the writer then waits, nothing behind it tells of the loss. */
  | { readonly kind: 'loss-tail'; readonly every: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'delay'; readonly ms: number; readonly direction: Direction | 'both' }
  /** Each packet waits between nothing and `ms` longer; the order is kept. */
  | { readonly kind: 'jitter'; readonly ms: number; readonly direction: Direction | 'both' }
  /** Every `every`-th segment with data waits `byMs` longer, and what is behind it overtakes it. */
  | { readonly kind: 'reorder'; readonly every: number; readonly byMs: number; readonly direction: Direction | 'both' }
  /** Every `every`-th pure acknowledgement comes `copies` times more often than it was sent. */
  | { readonly kind: 'duplicate-acks'; readonly every: number; readonly copies: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'rate'; readonly kbitPerSecond: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'hold-rst'; readonly ms: number; readonly direction: Direction | 'both' }
  /** Packets longer than this many bytes (IP total length) vanish without an ICMP message: a path MTU that nobody tells. */
  | { readonly kind: 'mtu-blackhole'; readonly bytes: number; readonly direction: Direction | 'both' }
  /** A stateful device forgets a flow that was silent for so long (whole seconds), and from then on drops its packets without a word. */
  | { readonly kind: 'forget-flows'; readonly afterMs: number; readonly direction: 'both' }
  /** A stateful device with room for so many flows: the SYN of one more is dropped without a word, or answered with a reset in the name of the far host. */
  | { readonly kind: 'connlimit'; readonly above: number; readonly refusal: 'drop' | 'reset'; readonly direction: 'to-origin' }
  /** An inspecting device drops every TCP packet that has this text in its payload; also when it is sent again. */
  | { readonly kind: 'drop-text'; readonly text: string; readonly direction: Direction }
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
