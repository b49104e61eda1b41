/** One address of HAProxy's notation (configuration manual, section 11 "Address formats"; before 3.0 in `bind` and `server`). */
export type NetworkAddress =
  /** `host` as written; empty when it says none. `ports` is null when it says none, or one that follows the client's. */
  | {
      readonly kind: 'inet';
      readonly host: string;
      readonly ports: readonly number[] | null;
      readonly isDatagram: boolean;
      readonly isQuic: boolean;
    }
  /** `path` of a socket file. */
  | { readonly kind: 'unix'; readonly path: string }
  /** A name in the abstract namespace, a socket pair, an inherited descriptor. */
  | { readonly kind: 'other'; readonly name: string };

const FAMILY =
  /^(?:(?:stream|dgram)\+)?(?<family>ipv4|ipv6|ip|tcp4|tcp6|tcp|udp4|udp6|udp|quic4|quic6|unix|uxst|uxdg|abnsz?|fd|sockpair|rhttp|mptcp[46]?)@/;
const MAX_PORTS = 64;
const MAX_ADDRESSES = 64;

/** Addresses of one word, which commas separate. */
export const readAddresses = (word: string): readonly NetworkAddress[] => word.split(',', MAX_ADDRESSES).map((one) => readAddress(one));

export function readAddress(text: string): NetworkAddress {
  const family = FAMILY.exec(text)?.groups?.['family'] ?? '';
  const rest = text.replace(FAMILY, '');
  if (/^(?:unix|uxst|uxdg)$/.test(family) || (family === '' && rest.startsWith('/'))) return { kind: 'unix', path: rest };
  if (/^(?:abns|abnsz|fd|sockpair|rhttp)$/.test(family)) return { kind: 'other', name: rest };
  const { host, port } = splitPort(rest);
  return {
    kind: 'inet',
    host: host.replace(/^\[(.*)\]$/, '$1'),
    ports: readPorts(port),
    isDatagram: /^(?:udp|quic)/.test(family) || text.startsWith('dgram+'),
    isQuic: family.startsWith('quic'),
  };
}

/** The last colon stands before the port, unless it is inside brackets. */
function splitPort(text: string): { readonly host: string; readonly port: string } {
  const at = text.lastIndexOf(':');
  if (at < 0 || text.indexOf(']', at) >= 0) return { host: text, port: '' };
  return { host: text.slice(0, at), port: text.slice(at + 1) };
}

function readPorts(text: string): readonly number[] | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const from = Number(match[1]);
  const to = Math.min(Number(match[2] ?? from), from + MAX_PORTS - 1);
  const isPort = from > 0 && to >= from && to <= 65_535;
  return isPort ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : null;
}

export const isLiteral = (host: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || (host.includes(':') && /^[0-9A-Fa-f:.]+$/.test(host));
export const isEveryAddress = (host: string): boolean => host === '' || host === '*' || host === '0.0.0.0' || host === '::';
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
