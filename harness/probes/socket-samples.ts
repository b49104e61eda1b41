import type { SocketSample } from '../model/wire-evidence.ts';

/** What shows the sockets of a host: TCP, with TCP_INFO, numbers only, no heading, a line each; neither listening nor TIME-WAIT. */
export const SOCKETS_ARGV: readonly string[] = ['ss', '-tinHO'];

/** One socket at one time. Addresses are `ip:port`; an IPv4 address in an IPv6 socket is written as IPv4. */
export interface SocketSeen {
  readonly local: string;
  readonly peer: string;
  readonly sample: Omit<SocketSample, 'atMs'>;
}

const ADDRESS = /^(?:\[(?:::ffff:)?([0-9a-fA-F.:]{2,45})(?:%[\w.-]{1,15})?\]|([0-9.]{7,15})(?:%[\w.-]{1,15})?):(\d{1,5})$/;
const MAX_LINE = 4096;

/** Reads lines of `ss -tinHO` (ss(8) of iproute2). Lines that are not a socket with two ends are passed over. */
export const parseSockets = (lines: readonly string[]): readonly SocketSeen[] => lines.flatMap((line) => parseSocket(line) ?? []);

function parseSocket(line: string): SocketSeen | null {
  const [state = '', receiving = '', sending = '', from = '', to = '', ...info] = line.slice(0, MAX_LINE).trim().split(/\s+/);
  if (!/^[A-Z][A-Z0-9-]{2,15}$/.test(state) || !/^\d+$/.test(receiving) || !/^\d+$/.test(sending)) return null;
  const [local, peer] = [addressOf(from), addressOf(to)];
  if (local === null || peer === null) return null;
  return { local, peer, sample: { state, ...measuresOf(info), recvQueueBytes: Number(receiving), sendQueueBytes: Number(sending) } };
}

function addressOf(text: string): string | null {
  const [, six, four, port] = ADDRESS.exec(text) ?? [];
  const ip = four ?? six;
  if (ip === undefined || port === undefined) return null;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** `ss` leaves out what is 0, so what is missing counts as 0 where the rest of TCP_INFO is there. */
function measuresOf(info: readonly string[]): Omit<SocketSample, 'atMs' | 'state'> {
  const values = new Map<string, string>();
  for (const word of info) {
    const colon = word.indexOf(':');
    if (colon > 0) values.set(word.slice(0, colon), word.slice(colon + 1));
  }
  const read = (name: string, pattern = /^(\d+(?:\.\d+)?)$/): number | null => {
    const number = pattern.exec(values.get(name) ?? '')?.[1];
    return number === undefined ? null : Number(number);
  };
  const cwndSegs = read('cwnd');
  const orZero = (value: number | null): number | null => (cwndSegs === null ? null : (value ?? 0));
  return {
    rttMs: read('rtt', /^(\d+(?:\.\d+)?)\/\d/),
    minRttMs: read('minrtt'),
    cwndSegs,
    unackedSegs: orZero(read('unacked')),
    retransSegs: orZero(read('retrans', /^\d+\/(\d+)$/)),
    bytesRetrans: orZero(read('bytes_retrans')),
    deliveryRateBitPerSecond: rateOf(info[info.indexOf('delivery_rate') + 1] ?? ''),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Older versions write `35.0Mbps`, newer ones `35000000bps`. */
function rateOf(text: string): number | null {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)bps$/.exec(text) ?? [];
  return number === undefined ? null : Math.round(Number(number) * (UNITS[unit] ?? 1));
}
