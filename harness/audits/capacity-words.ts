import { formatConfigLine } from '../blame/config-line.ts';
import { hostTitle } from '../blame/host-title.ts';
import type { HostEvidence, Recorded } from '../model/evidence.ts';
import type { CapacityEvidence } from '../model/limit-evidence.ts';
import type { LimitedResource } from '../model/service.ts';

export type Capacity = Recorded<CapacityEvidence>;

const SEEN: Readonly<Record<string, string>> = {
  '101': 'accepted later',
  silent: 'connected and got no answer',
  'no-connect': 'could not connect in time',
  refused: 'was refused',
  closed: 'was closed without an answer',
  reset: 'was reset',
};

/** `3 × 503, 1 × connected and got no answer`. */
export const aboveWords = (above: Capacity['above']): string =>
  Object.entries(above)
    .map(([label, count]) => `${count} × ${SEEN[label] ?? label}`)
    .join(', ');

const OF: Readonly<Record<LimitedResource, string>> = {
  connections: 'connections',
  'connections-per-address': 'connections of one address',
  queue: 'requests that a server takes',
  backlog: 'connections that wait to be accepted',
  'open-files': 'open files',
  ports: 'local ports towards the next host',
};

/** ``the limit of 8 connections of HAProxy 2.6.12 (host edge), haproxy.cfg:12 `maxconn 8` ``. */
export function limitTitle({ resource, configured }: Capacity, hosts: readonly HostEvidence[]): string {
  if (configured === null) return 'a limit that no config on the path says';
  const { host, limit, line } = configured;
  const number = resource === 'open-files' ? '' : `${limit} `;
  return `the limit of ${number}${OF[resource]} of ${hostTitle(host, hosts)}${line === null ? '' : `, ${formatConfigLine(line)}`}`;
}

/** Nothing above was accepted. Where nothing opens at all, or one more does after all, it is no limit of number. */
export const hasReached = ({ opened, above }: Capacity): boolean =>
  opened > 0 && above['101'] === undefined && Object.values(above).some((count) => count > 0);

/** How far a count may be off what a config makes one expect: programs and kernels need some themselves. */
const SLACK: Readonly<Record<LimitedResource, number>> = {
  connections: 2,
  'connections-per-address': 0,
  queue: 0,
  backlog: 0,
  'open-files': 6,
  ports: 2,
};

/** Whether the count at which sockets were no longer accepted is the one that the named limit gives. */
export function isTheLimit({ resource, configured, opened, above }: Capacity): boolean {
  if (configured === null) return false;
  return resource === 'backlog' ? (above['no-connect'] ?? 0) > 0 : Math.abs(opened - configured.limit) <= SLACK[resource];
}
