import type { OriginConnection } from './evidence.ts';
import type { PlayedEnd, Step } from './play.ts';
import type { ProgramUsage } from './program-usage.ts';

/*
 * What the harness and an origin (inside the origin host) say to each other: one JSON value a line.
 * The origin prints `{"ready":true,...}` once it listens.
 */

/** How the origin treats the next opening handshakes it reads. */
export type OriginBehaviour =
  | { readonly kind: 'normal' }
  /** Answers the handshake with this status instead of judging it. */
  | { readonly kind: 'reject'; readonly status: number; readonly body: string }
  /** Reads the request and answers nothing. */
  | { readonly kind: 'stall' }
  /** Reads the request and closes (FIN) without a byte. */
  | { readonly kind: 'close' }
  /** Reads the request and resets (RST) without a byte. */
  | { readonly kind: 'reset' };

export type OriginRequest =
  /** The next `count` handshakes are treated so; after them `normal` again. */
  | { readonly id: number; readonly kind: 'behave'; readonly behaviour: OriginBehaviour; readonly count: number }
  /** Reports every connection that is new or was still open at the last `take`, and forgets those that ended. */
  | { readonly id: number; readonly kind: 'take' }
  /** A connection whose request-target has the query parameter `play=<id>` follows that script instead of being judged. */
  | {
      readonly id: number;
      readonly kind: 'plan';
      readonly plays: Readonly<Record<string, readonly Step[]>>;
      readonly deadlineMs: number;
      /**
       * Plays whose request asks for an upgrade. One that arrives without (a proxy took it off) is answered 426 and ended, whatever the
       * script says: an answer to something else would spoil the connection for what a proxy sends on it next.
       */
      readonly asking?: readonly string[];
    }
  /** Reports what this program uses. */
  | { readonly id: number; readonly kind: 'usage' }
  /** Reports what became of these plays and forgets them, ending what is still open after `waitMs`. */
  | { readonly id: number; readonly kind: 'played'; readonly plays: readonly string[]; readonly waitMs?: number };

export type OriginReply =
  | { readonly ready: true; readonly node: string; readonly port: number }
  | {
      readonly id: number;
      readonly ok: true;
      readonly connections: readonly OriginConnection[];
      /** By play: every connection that asked for it, in the order of acceptance. */
      readonly played?: Readonly<Record<string, readonly PlayedEnd[]>>;
    }
  | { readonly id: number; readonly ok: true; readonly usage: ProgramUsage }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** Message texts with a meaning to the origin; every other text or binary message is echoed as it came. */
export const ORIGIN_COMMANDS = {
  /** `hopscope:send-every <ms>`: the origin sends a text message `tick <n>` every so many milliseconds until the end. */
  sendEvery: 'hopscope:send-every',
} as const;

/**
 * A query parameter of the request target. An offer of exactly `permessage-deflate; client_no_context_takeover; server_no_context_takeover` (in
 * either order) that comes with it is accepted, and compressed messages are echoed as they came: without context takeover every message stands
 * alone (RFC 7692 sections 7.1.1 and 7.2.3). Without it the origin accepts no extension.
 */
export const DEFLATE_PARAMETER = 'deflate=echo';

/** What a plain GET gets from the origin, by target; anything else is 404 with the body `not found\n`. */
export const ORIGIN_PAGES: Readonly<Record<string, string>> = {
  '/': 'hopscope origin\n',
  '/page': 'a page of the origin\n',
};

/** POST to this target answers 200 with the request's own body. */
export const ORIGIN_ECHO_TARGET = '/echo';

/**
 * GETs that are answered in parts, below `/page` too. Every part carries `{"n":1,"sentAtMs":...}`: its number, and when the origin sent it.
 */
export const ORIGIN_STREAMS = { events: '/events', poll: '/poll' } as const;
