/** In which way a socket is quiet or slow when a limit of time ends it. */
export const LADDER_MODES = [
  /** An open WebSocket without a byte in either direction. */
  'idle',
  /** Frames in one direction only. */
  'client-to-origin',
  'origin-to-client',
  /** Pings of the client, and the pongs they get. */
  'ping',
  /** Messages both ways all the time: only an absolute limit ends it. */
  'busy',
  /** TCP (and TLS, where the path has it) is up, and nothing is sent. */
  'connect-silent',
  /** A request head that goes on, a byte at a time, and never ends. */
  'head-unfinished',
  /** A whole handshake request that the origin never answers. */
  'head-unanswered',
  /** A connection that is kept open after an answered plain request. */
  'keep-alive-idle',
] as const;

export type LadderMode = (typeof LADDER_MODES)[number];
