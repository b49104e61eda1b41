import { isIPv4, isIPv6 } from 'node:net';
import type { World } from '../../model/world.ts';

/** Where the world program listens in a proxy's host. */
export const WORLD_PORTS = { dns: 10_053, relay: 10_090, syslog: 10_514 } as const;
const OWN_PORTS: readonly number[] = Object.values(WORLD_PORTS);

/** How a host with a world stands in its lab's network. */
export interface WorldNetwork {
  /** The lab's networks: `10.100.0.0/16`. */
  readonly lab: string;
  readonly origin: { readonly address: string; readonly port: number };
  /** Other hosts of the lab that the proxy may connect to under their own addresses. */
  readonly peers: readonly string[];
  /** Device and next address towards the origin. */
  readonly device: string;
  readonly via: string;
  /** The address that clients of the lab connect to. */
  readonly address: string;
}

/** A socket in LISTEN state. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** First octets that no host can have, or that are the host's own: "this" network, loopback, multicast and above (RFC 6890). */
const isForeign4 = (address: string): boolean => {
  const first = Number(address.split('.')[0]);
  return isIPv4(address) && first > 0 && first !== 127 && first < 224;
};
const isForeign6 = (address: string): boolean => isIPv6(address) && !/^(?:::1?$|::ffff:|fe[89ab]|ff|.*%)/i.test(address);

/** Literal addresses that a host must be given before anything can listen on them. Untrusted ones that no host can have are left out. */
export const foreignAddresses = (addresses: readonly string[]): { readonly v4: readonly string[]; readonly v6: readonly string[] } => {
  const each = [...new Set(addresses)];
  return { v4: each.filter(isForeign4), v6: each.filter(isForeign6) };
};

/** Shell script that gives a host the addresses and the ways out that its world asks for. Both may be given again. */
export function worldAddresses({ device, via }: WorldNetwork, { addresses }: Pick<World, 'addresses'>): string {
  const { v4, v6 } = foreignAddresses(addresses);
  return `set -e
cd /proc/sys/net
echo 1 > ipv4/ip_nonlocal_bind
echo 1 > ipv4/conf/all/route_localnet
ip -batch - <<'END'
route replace default via ${via} dev ${device}
${v4.map((address) => `address replace ${address}/32 dev lo\n`).join('')}END
if [ -e ipv6 ]; then
echo 1 > ipv6/ip_nonlocal_bind
ip -6 -batch - <<'END'
address replace fd77::1/128 dev ${device} nodad
route replace default dev ${device}
${v6.map((address) => `address replace ${address}/128 dev lo nodad\n`).join('')}END
fi
`;
}

/**
 * Shell script that sets where packets of the host go: every connection that the proxy opens ends at the lab's origin, every datagram in the host
 * itself, and nothing leaves the lab. `listeners`: what the proxy is known to listen on by now. `entry`: the address that the clients of this
 * path mean. Both families at once, each in one step.
 */
export function worldRules(
  network: WorldNetwork,
  ownPorts: readonly number[],
  listeners: readonly Listener[],
  entry: string | null,
): string {
  return `set -e
iptables-restore --noflush --wait <<'END' &
${rules4(network, ownPorts, listeners, entry)}END
first=$!
if [ -e /proc/sys/net/ipv6 ]; then
ip6tables-restore --noflush --wait <<'END'
${rules6(ownPorts, listeners)}END
fi
wait $first
`;
}

function rules4(network: WorldNetwork, ownPorts: readonly number[], listeners: readonly Listener[], entry: string | null): string {
  const { lab, origin, peers, device, address } = network;
  const out = '-A OUTPUT';
  return lines(
    '*nat',
    '-F OUTPUT',
    '-F PREROUTING',
    '-F POSTROUTING',
    `${out} -d ${origin.address}/32 -p tcp --dport ${origin.port} -j RETURN`,
    ...peers.map((peer) => `${out} -d ${peer}/32 -j RETURN`),
    `${out} -p udp --dport 514 -j REDIRECT --to-ports ${WORLD_PORTS.syslog}`,
    // Ports that the kernel chooses (ip_local_port_range) are those of programs that speak to themselves.
    `${out} -d 127.0.0.0/8 -p udp --dport 32768:65535 -j RETURN`,
    `${out} -p udp -j REDIRECT --to-ports ${WORLD_PORTS.dns}`,
    `${out} -p tcp --dport 53 -j REDIRECT --to-ports ${WORLD_PORTS.dns}`,
    ...stays(ownPorts, listeners, isOn4).map((match) => `${out} ${match} -j RETURN`),
    `${out} -p tcp -j DNAT --to-destination ${origin.address}:${origin.port}`,
    ...forwards(listeners, address, entry).map(
      (to) => `-A PREROUTING -d ${address}/32 -p tcp --dport ${to.port} -j DNAT --to-destination ${to.address}:${to.port}`,
    ),
    // A source that the proxy chose, 127.0.0.1 too, is none that the origin could answer to.
    `-A POSTROUTING -o ${device} -j MASQUERADE`,
    'COMMIT',
    '*filter',
    '-F OUTPUT',
    `${out} -o lo -j ACCEPT`,
    // What was led to the host itself still counts as leaving by the device that it was meant for.
    `${out} -d 127.0.0.0/8 -j ACCEPT`,
    `${out} -d ${lab} -j ACCEPT`,
    `${out} -j DROP`,
    'COMMIT',
  );
}

function rules6(ownPorts: readonly number[], listeners: readonly Listener[]): string {
  const out = '-A OUTPUT';
  return lines(
    '*nat',
    '-F OUTPUT',
    `${out} -p udp --dport 514 -j REDIRECT --to-ports ${WORLD_PORTS.syslog}`,
    `${out} -p udp -j REDIRECT --to-ports ${WORLD_PORTS.dns}`,
    `${out} -p tcp --dport 53 -j REDIRECT --to-ports ${WORLD_PORTS.dns}`,
    ...stays(ownPorts, listeners, ({ address }) => isIPv6(address)).map((match) => `${out} ${match} -j RETURN`),
    `${out} -p tcp -j REDIRECT --to-ports ${WORLD_PORTS.relay}`,
    'COMMIT',
    '*filter',
    '-F OUTPUT',
    `${out} -o lo -j ACCEPT`,
    `${out} -d ::1/128 -j ACCEPT`,
    `${out} -j DROP`,
    'COMMIT',
  );
}

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** A socket on `::` takes IPv4 as well, unless it says otherwise, which cannot be seen from here. */
const isOn4 = ({ address }: Listener): boolean => isIPv4(address) || address === '::';
const isEverywhere = ({ address }: Listener): boolean => address === '0.0.0.0' || address === '::';

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/**
 * Matches of connections to the proxy itself: a port that it is to listen on, unless it is known by now on which addresses it does. One that it has on
 * every address of one family counts for both, so that most configs need no second set of rules: to take rules back costs some 50 ms.
 */
function stays(ownPorts: readonly number[], listeners: readonly Listener[], isOfFamily: (one: Listener) => boolean): readonly string[] {
  const known = new Set(listeners.map(({ port }) => port));
  const everywhere = new Set([
    ...ownPorts.filter((port) => isPort(port) && !known.has(port)),
    ...listeners.filter(isEverywhere).map(({ port }) => port),
  ]);
  const exact = listeners.filter((one) => isOfFamily(one) && !everywhere.has(one.port));
  return [
    ...[...everywhere].toSorted((a, b) => a - b).map((port) => `-m addrtype --dst-type LOCAL -p tcp --dport ${port}`),
    ...exact.map(({ address, port }) => `-d ${address} -p tcp --dport ${port}`),
  ];
}

/** Listeners on an address of their own, loopback too, that clients of the lab reach under the host's: one for each port, the entry's own first. */
function forwards(listeners: readonly Listener[], address: string, entry: string | null): readonly Listener[] {
  const byPort = Map.groupBy(
    listeners.filter((one) => isOn4(one)),
    ({ port }) => port,
  );
  return [...byPort.values()].flatMap((ones) => {
    const chosen = ones.find((one) => one.address === entry);
    if (chosen !== undefined && !isEverywhere(chosen)) return [chosen];
    return ones.some((one) => isEverywhere(one) || one.address === address) ? [] : ones.slice(0, 1);
  });
}

const LISTEN = '0A';

/** Sockets in LISTEN state out of /proc/net/tcp and tcp6 (proc(5)), without those of the world program. Addresses there are words in host byte order: little-endian here. */
export function listenersOf(procNetTcp: string): readonly Listener[] {
  const found = new Map<string, Listener>();
  for (const line of procNetTcp.split('\n')) {
    const [, hex = '', port = '', state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line) ?? [];
    const listener = { address: addressOfHex(hex), port: Number.parseInt(port, 16) };
    if (state !== LISTEN || listener.address === '' || OWN_PORTS.includes(listener.port)) continue;
    found.set(`${listener.address} ${listener.port}`, listener);
  }
  return [...found.values()];
}

function addressOfHex(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  if (bytes.length !== 16) return '';
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(`${bytes[2 * index]}${bytes[2 * index + 1]}`, 16));
  if (groups.every((group) => group === 0)) return '::';
  // ::ffff:a.b.c.d is an IPv4 address (RFC 4291 section 2.5.5.2).
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  return groups.map((group) => group.toString(16)).join(':');
}
