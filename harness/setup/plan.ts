import type { Capability, CapabilityId } from './capability.ts';

/** A Debian package to install, and what for. */
export interface PlannedPackage {
  readonly name: string;
  /** What is missing without it: one entry per capability. */
  readonly reasons: readonly string[];
}

export interface SetupPlan {
  readonly packages: readonly PlannedPackage[];
  /** What is missing and no package brings: said, not installed. */
  readonly beyond: readonly string[];
}

export interface SetupWishes {
  /** Packages for the docker lab too. */
  readonly docker: boolean;
  /** Names of the services whose programs are wanted; absent: those of all. */
  readonly services?: readonly string[];
}

/** The service that a program is for, where it is not called like the capability. */
const SERVICE_OF: Readonly<Partial<Record<CapabilityId, string>>> = { 'nginx-stream': 'nginx' };

const FOR_DOCKER: readonly CapabilityId[] = ['dockerd', 'mmdebstrap'];
/** Only Hopscope's own tests want it. */
const NEVER: readonly CapabilityId[] = ['chromium'];

function isWished({ id, need }: Capability, { docker, services }: SetupWishes, capabilities: readonly Capability[]): boolean {
  if (NEVER.includes(id)) return false;
  if (need === 'proxy') return services?.includes(SERVICE_OF[id] ?? id) ?? true;
  // The relay in user space does what netem would.
  if (id === 'netem') return !capabilities.some((other) => other.id === 'tun-relay' && other.present);
  // With dockerd there will be an engine.
  if (id === 'docker-engine') return docker && capabilities.some((other) => other.id === 'dockerd' && other.present);
  return docker || !FOR_DOCKER.includes(id);
}

/** What is missing and which packages bring it. Pure. */
export function planSetup(capabilities: readonly Capability[], wishes: SetupWishes): SetupPlan {
  const missing = capabilities.filter((capability) => !capability.present && isWished(capability, wishes, capabilities));
  const reasons = new Map<string, string[]>();
  for (const { packages, title, enables } of missing) {
    for (const name of packages) reasons.set(name, [...(reasons.get(name) ?? []), `${title}: ${enables}`]);
  }
  return {
    packages: [...reasons].map(([name, why]) => ({ name, reasons: why })),
    beyond: missing
      .filter(({ packages }) => packages.length === 0)
      .map(({ title, enables, because }) => `${title}: ${enables}; ${because ?? 'absent'}`),
  };
}

/** What a package registers with the service manager, and must not run because of us. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  haproxy: ['haproxy.service'],
  nginx: ['nginx.service'],
  apache2: ['apache2.service', 'apache-htcacheclean.service'],
  caddy: ['caddy.service'],
  varnish: ['varnish.service', 'varnishncsa.service'],
  'nghttp2-proxy': ['nghttpx.service'],
  lighttpd: ['lighttpd.service'],
  h2o: ['h2o.service'],
  'docker.io': ['docker.socket', 'docker.service', 'containerd.service'],
};

export const unitsOf = (packages: readonly string[]): readonly string[] => packages.flatMap((name) => UNITS[name] ?? []);

/** The command that installs the packages, without the options that only an unattended run needs. */
export const installCommand = (packages: readonly string[]): string => `apt-get install --no-install-recommends ${packages.join(' ')}`;
