import type { HostEvidence } from '../harness/model/evidence.ts';
import { legsOf, type Path } from '../harness/model/path.ts';

/** Program and version of a proxy as it was started, else as the path asks for it: `haproxy 2.6.12`. Null for any other host. */
export function programOf(path: Path, host: string, hosts: readonly HostEvidence[]): string | null {
  const proxy = path.proxies.find(({ name }) => name === host);
  if (proxy === undefined) return null;
  const version = hosts.find((it) => it.host === host)?.version ?? proxy.version;
  return version === null ? proxy.service : `${proxy.service} ${version}`;
}

/** Whether a host is its path's only proxy and has its name: then the program says more than the name. */
export const isNamedAsPath = ({ id, proxies }: Path, host: string): boolean =>
  proxies.length === 1 && proxies[0]?.name === host && host === id;

/** A leg as its host sees it: `client leg`, `server leg`; null when the leg is none of the host's. */
export function legBeside(path: Path, host: string, leg: string): string | null {
  const found = legsOf(path).find(({ name }) => name === leg);
  if (found === undefined || !path.proxies.some(({ name }) => name === host)) return null;
  return found.to === host ? 'client leg' : found.from === host ? 'server leg' : null;
}
