import type { HostEvidence } from '../model/evidence.ts';

/** How the programs that we start write their own names; anything else keeps the name of its service. */
const TITLES: Readonly<Record<string, string>> = {
  haproxy: 'HAProxy',
  nginx: 'nginx',
  'node-proxy': 'Node proxy',
  envoy: 'Envoy',
  caddy: 'Caddy',
};

/** `HAProxy`, or the host's own name when it is not known what ran there. */
export function programTitle(host: string, hosts: readonly HostEvidence[]): string {
  const service = hosts.find((candidate) => candidate.host === host)?.service ?? null;
  return service === null ? host : (TITLES[service] ?? service);
}

/** `HAProxy 2.6.12 (host haproxy)`: what acted, which version of it and where it stands. */
export function hostTitle(host: string, hosts: readonly HostEvidence[]): string {
  const evidence = hosts.find((candidate) => candidate.host === host);
  if (evidence === undefined || evidence.service === null) return host;
  const version = evidence.version === null ? '' : ` ${evidence.version}`;
  return `${programTitle(host, hosts)}${version} (host ${host})`;
}
