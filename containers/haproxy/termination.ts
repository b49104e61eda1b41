import type { ProxyLogEntry } from '../../harness/model/service.ts';

/** What the first two letters of a termination state say. */
export interface Termination {
  readonly meaning: string;
  readonly endedBy: ProxyLogEntry['endedBy'];
}

/*
 * HAProxy configuration manual, section 8.5 "Session state at disconnection": the first letter is the event that ended the
 * session, the second the phase it was in. The third and fourth are about cookies and say nothing of the end.
 */

const EVENTS: Readonly<Record<string, readonly [endedBy: Termination['endedBy'], meaning: string]>> = {
  C: ['client', 'the client aborted the connection'],
  S: ['server', 'the server aborted or refused the connection'],
  P: ['proxy', 'the proxy itself ended it (deny rule, limit or invalid message)'],
  L: ['proxy', 'the proxy answered by itself'],
  R: ['proxy', 'the proxy ran out of memory, sockets or ports'],
  I: ['proxy', 'the proxy found an internal error of its own'],
  D: ['proxy', 'the proxy killed the session because the server was marked down'],
  U: ['proxy', 'the proxy killed the session on a backup server because an active one came back'],
  K: ['proxy', 'the session was killed inside the proxy, by an administrator or at the end of a reload'],
  c: ['timeout', 'a time limit expired while the proxy waited for the client'],
  s: ['timeout', 'a time limit expired while the proxy waited for the server'],
  '-': [null, 'the session ended normally'],
};

const PHASES: Readonly<Record<string, string>> = {
  R: 'in the request phase: no server was asked',
  Q: 'while the request waited in the queue',
  C: 'while the connection to the server was being opened',
  H: 'before complete response headers had come from the server',
  D: 'in the data phase',
  L: 'while the last data were on their way to the client',
  T: 'while the request was held in a tarpit',
  '-': 'after the transfer was complete',
};

/** Pairs of which the manual, or a measurement, says more than the sum of the two letters. */
const PAIRS: Readonly<Record<string, string>> = {
  '--': 'normal end: both sides closed and nothing was left to send',
  PR: 'the proxy itself refused the request (deny rule or invalid request), in the request phase: no server was asked',
  PH: "the proxy itself refused the server's response (deny rule or invalid response) and answered in its place",
  PT: 'the proxy held the request in a tarpit and then refused it: no server was asked',
  PC: 'the proxy could not open a connection to the server: its own connection limit was reached',
  LR: 'the proxy answered the request by itself (redirect, return, authentication or statistics): no server was asked',
  SC: 'the connection to the server was refused, or the server could not be reached',
  SH: 'the server closed the connection before complete response headers had come',
  SD: 'the connection to the server broke (reset) in the data phase',
  CC: 'the client left while the connection to the server was being opened',
  CH: 'the client left before the server had answered',
  CR: 'the client left before it had sent a complete request: no server was asked',
  CD: 'the client broke the connection (reset) in the data phase',
  cR: '`timeout http-request` expired before the client had sent a complete request: no server was asked',
  cH: '`timeout client` expired before the server had answered',
  // Measured: an idle tunnel that `timeout tunnel` ends is logged as cD as well.
  cD: 'an idle limit of the proxy expired in the data phase: `timeout tunnel` where it applies, else `timeout client`',
  sQ: 'the request waited too long in the queue (`timeout queue`): no server was asked',
  sC: '`timeout connect` expired before the connection to the server was open',
  sH: '`timeout server` expired before complete response headers had come from the server',
  sD: 'an idle limit of the proxy expired in the data phase: `timeout tunnel` where it applies, else `timeout server`',
};

/**
 * Puts a termination state (`PR--`, `cD`) into words and says who ended the session. Letters that the manual does not
 * know give a meaning that says so.
 */
export function decodeTermination(state: string): Termination {
  const [event = '', phase = ''] = state;
  const [endedBy, what] = EVENTS[event] ?? [null, 'the first letter is not in the manual'];
  return {
    endedBy,
    meaning: PAIRS[event + phase] ?? `${what}, ${PHASES[phase] ?? 'in a phase that is not in the manual'}`,
  };
}

/**
 * HAProxy logs `SC` with `<NOSRV>` when a backend has no server to ask: nobody was contacted, so it is the proxy that
 * ended the request (measured: a backend without `server` lines, and a frontend without a backend).
 */
export const NO_SERVER_AVAILABLE: Termination = {
  endedBy: 'proxy',
  meaning: 'the proxy had no server to send the request to and answered by itself: no server was asked',
};

/** `sQ`: the limit that the queue is for (`maxconn` of the server) and the time in it are the proxy's own, and it answers by itself. */
export const QUEUED_TOO_LONG: Termination = { endedBy: 'proxy', meaning: decodeTermination('sQ').meaning };
