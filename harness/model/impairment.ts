/** What a link does to packets. Directions are seen from the client: `to-origin` or `to-client`. */
export type Direction = 'to-origin' | 'to-client';

/** One impairment of one link. `direction: 'both'` applies it to each direction on its own. */
export type Impairment =
  | { readonly kind: 'loss'; readonly percent: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'loss-nth'; readonly every: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'delay'; readonly ms: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'rate'; readonly kbitPerSecond: number; readonly direction: Direction | 'both' }
  | { readonly kind: 'hold-rst'; readonly ms: number; readonly direction: Direction | 'both' };

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
