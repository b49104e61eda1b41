import type { LoadProfile } from '../model/load.ts';
import type { Path } from '../model/path.ts';

const PORT_RANGE = 'net.ipv4.ip_local_port_range';

/** Ports that the kernel of a client gives to connections of one address, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
  /** The path whose `sysctls` say so; null: Linux does. */
  readonly path: string | null;
}

/** What Linux has without a word (`ip_local_port_range` in the kernel's ip-sysctl.rst). */
const LINUX_RANGE: PortRange = { from: 32_768, to: 60_999, path: null };

export const portCount = ({ from, to }: PortRange): number => Math.max(1, to - from + 1);

function portsOf({ id, sysctls }: Pick<Path, 'id' | 'sysctls'>): PortRange {
  const [from, to] = (sysctls?.['client']?.[PORT_RANGE] ?? '').split(' ').map(Number);
  return from === undefined || to === undefined ? LINUX_RANGE : { from, to, path: id };
}

/** The range of that path whose client has the fewest ports: a profile is made on every path. */
export const fewestPorts = (paths: readonly Pick<Path, 'id' | 'sysctls'>[]): PortRange =>
  paths.map(portsOf).toSorted((one, other) => portCount(one) - portCount(other))[0] ?? LINUX_RANGE;

/** `net.ipv4.ip_local_port_range 32768 to 60999`, as the kernel writes it. */
export const rangeWords = ({ from, to, path }: PortRange): string =>
  `${PORT_RANGE} ${String(from)} to ${String(to)}${path === null ? '' : ` on path '${path}'`}`;

/** The paths with as many client addresses as the profile that wants the most; control paths too. The same paths where one is enough. */
export function withClientAddresses(paths: readonly Path[], profiles: readonly Pick<LoadProfile, 'sources'>[]): readonly Path[] {
  const clientAddresses = Math.max(1, ...profiles.map(({ sources }) => sources));
  return clientAddresses === 1 ? paths : paths.map((path) => ({ ...path, clientAddresses }));
}
