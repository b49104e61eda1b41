import type { ConnectionEnd } from './outcome.ts';
import type { TimedBytes } from './evidence.ts';

/*
 * A play: one connection whose two ends each follow a script, so that what a path does to bytes, to silence and to an end can be told
 * from what the ends did. The client's script begins when the request head is sent, the origin's when a whole request head has come.
 */

/** Bytes of a step. Megabytes are made where they are sent, from a seed, so that no protocol line is long. */
export type PlayBytes =
  | { readonly base64: string }
  /** So many pseudo-random bytes: `seededBytes(seed, count)` of harness/measure. */
  | { readonly seed: number; readonly count: number };

/** One thing that an end does. The next begins when it is done; a step that cannot be done any more ends the script. */
export type Step =
  /** Sends bytes, cut into writes of `writeBytes` (all at once without it), `everyMs` apart. Done when the socket took them. */
  | { readonly do: 'send'; readonly bytes: readonly PlayBytes[]; readonly writeBytes?: number; readonly everyMs?: number }
  /** Origin only: answers 101 with the right accept value and these header lines besides. `with` follows in the same write. */
  | { readonly do: 'upgrade'; readonly lines?: readonly string[]; readonly with?: readonly PlayBytes[] }
  /** Client only: waits until a whole final response head (not 100 to 199 but 101) has come. */
  | { readonly do: 'await-head' }
  /** Waits until so many bytes have come since the head, all together. */
  | { readonly do: 'await-bytes'; readonly count: number }
  /** Waits until the other end's FIN or RST has come. */
  | { readonly do: 'await-end' }
  | { readonly do: 'sleep'; readonly ms: number }
  /** Stops taking bytes from the socket, so that its receive buffer and then the path's buffers fill. */
  | { readonly do: 'pause-reading' }
  | { readonly do: 'resume-reading' }
  /** From here to the end whatever came after the head goes back as it came. */
  | { readonly do: 'echo' }
  /** Origin only: from here to the end an ordinary WebSocket echo server that answers Ping and Close. */
  | { readonly do: 'serve' }
  /** Ends the own direction (FIN); bytes of the other are still taken. */
  | { readonly do: 'fin' }
  | { readonly do: 'reset' }
  /** The process that holds the socket is killed: the kernel ends the connection. */
  | { readonly do: 'be-killed' }
  /** The host is gone: from here on no packet of the connection leaves it or comes to it. */
  | { readonly do: 'vanish' };

/** One direction of one end, after the heads. */
export interface PlayedBytes {
  readonly bytes: number;
  /** SHA-256 of all of them, in hexadecimal. */
  readonly sha256: string;
  /** The first 64 KiB with their times. */
  readonly first: readonly TimedBytes[];
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

/** A time in which a program of ours could not run, in Unix milliseconds. */
export interface Stall {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What one end of a play did and saw. */
export interface PlayedEnd {
  /** When the connection was asked for (client) or accepted (origin). */
  readonly startedAtMs: number;
  readonly connectedAtMs: number | null;
  /** The client's own port; at the origin the port of whoever connected. */
  readonly port: number | null;
  /** At the origin: who connected. */
  readonly remoteAddress: string | null;
  /** The first head that came: the final response's (client), the request's (origin); null when none was whole. */
  readonly receivedHeadBase64: string | null;
  /** Everything before that head: interim responses, or what was no head at all; at most 64 KiB. */
  readonly receivedBeforeHead: readonly TimedBytes[];
  /** The first head that was sent, likewise: at the origin that of the answer. Absent or null: none was. */
  readonly sentHeadBase64?: string | null;
  readonly sent: PlayedBytes;
  readonly received: PlayedBytes;
  /** Of the script: what was begun. `endedAtMs: null`: never done. */
  readonly steps: readonly { readonly step: number; readonly startedAtMs: number; readonly endedAtMs: number | null }[];
  /** The first thing that ended it, as this end saw it: `fin` and `reset` came from the other side, `local` was the script or the deadline. */
  readonly end: ConnectionEnd;
  /** Everything that ended a direction, in order. */
  readonly events: readonly {
    readonly atMs: number;
    readonly kind: 'fin-came' | 'reset-came' | 'fin-sent' | 'reset-sent' | 'killed' | 'vanished' | 'deadline';
  }[];
  /** When the end itself could not run while it was played: what came then was seen late. Absent: it always could. */
  readonly stalls?: readonly Stall[];
}
