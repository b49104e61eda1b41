import type { HostEvidence } from '../model/evidence.ts';

/** How the programs that we start write their own names; anything else keeps the name of its service. */
const TITLES: Readonly<Record<string, string>> = {
  haproxy: 'HAProxy',
  nginx: 'nginx',
  'node-proxy': 'Node proxy',
  envoy: 'Envoy',
  caddy: 'Caddy',
  apache: 'Apache httpd',
  varnish: 'Varnish',
  h2o: 'H2O',
  traefik: 'Traefik',
};

/** `HAProxy`, or the host's own name when it is not known what ran there. */
export function programTitle(host: string, hosts: readonly HostEvidence[]): string {
  const service = hosts.find((candidate) => candidate.host === host)?.service ?? null;
  return service === null ? host : (TITLES[service] ?? service);
}

/**
 * What acted, and which version of it: `HAProxy 2.6.12 (host edge)`. `HAProxy 2.6.12` alone where it is the only proxy of the path whose
 * hosts are given and has that path's name, for then the host tells nothing more.
 */
export function hostTitle(host: string, hosts: readonly HostEvidence[]): string {
  const evidence = hosts.find((candidate) => candidate.host === host);
  if (evidence === undefined || evidence.service === null) return host;
  const title = [programTitle(host, hosts), evidence.version].filter((part) => part !== null).join(' ');
  const isNamedAsPath = evidence.paths.includes(host) && hosts.filter(({ role }) => role === 'proxy').length === 1;
  return isNamedAsPath ? title : `${title} (host ${host})`;
}
