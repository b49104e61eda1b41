import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ProxyService } from '../model/service.ts';
import { runCommand, type Command } from './command.ts';
import { machineSources } from './docker/debian-base.ts';

/*
 * A program root is the /usr of another Debian release with one proxy in it, for netns-lab: bound over /usr in a mount namespace of that
 * proxy alone, so that its libraries, modules and what it starts are of that release. /etc, /run and /tmp stay those of the host.
 */

/** Where roots are kept: made once, used by every run. */
export const ROOTS_FOLDER = '/var/lib/hopscope/roots';

/** What start and check commands of services run beside the proxy, and what a root needs to be entered. */
const BESIDE = ['coreutils', 'dash', 'grep', 'mount', 'util-linux'];
/** Nothing that runs reads these. */
const NEEDLESS = ['doc', 'info', 'lintian', 'locale', 'man', 'perl', 'zoneinfo'];
const MAKE_TIMEOUT_MS = 10 * 60_000;

export interface ProgramRoot {
  readonly service: ProxyService;
  /** Key of `image.debianSuites`: `3.0`. */
  readonly version: string;
  readonly suite: string;
  /** Holds `usr`. */
  readonly folder: string;
}

/** The root that would serve a version: `2.6` and `2.6.12` are both served by that of 2.6. Null when no Debian release has it. */
export function programRootOf(service: ProxyService, wanted: string, folder = ROOTS_FOLDER): ProgramRoot | null {
  const { debianSuites, debianPackages } = service.image;
  const version = Object.keys(debianSuites).findLast((one) => wanted === one || wanted.startsWith(`${one}.`));
  const suite = version === undefined ? undefined : debianSuites[version];
  if (version === undefined || suite === undefined || debianPackages.length === 0) return null;
  return { service, version, suite, folder: join(folder, `${service.name}-${suite}`) };
}

/** Roots of every version of the services that have more than one. */
export const allProgramRoots = (services: readonly ProxyService[]): readonly ProgramRoot[] =>
  services.flatMap((service) => {
    const versions = Object.keys(service.image.debianSuites);
    return versions.length < 2 ? [] : versions.flatMap((version) => programRootOf(service, version) ?? []);
  });

export const isMade = ({ folder }: ProgramRoot): boolean => existsSync(join(folder, 'usr'));

/**
 * Makes a root from the mirrors of this machine's apt, without running a maintainer script. It appears whole or not at all. Needs root
 * and mmdebstrap. Throws SETUP_ERR_FAILED.
 */
export async function makeProgramRoot({ service, suite, folder }: ProgramRoot): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    const made = join(work, 'root');
    const include = [...service.image.debianPackages, ...BESIDE].join(',');
    const hooks = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
    const argv = ['mmdebstrap', '--quiet', '--variant=extract', '--mode=root', `--include=${include}`, hooks, suite, made];
    const result = await runCommand([...argv, ...(await machineSources(suite))], { timeoutMs: MAKE_TIMEOUT_MS });
    if (result.code !== 0) {
      const said = result.stderr.trim().split('\n').slice(-5).join(' | ').slice(0, 2000);
      throw new HarnessError('SETUP_ERR_FAILED', `mmdebstrap could not make ${service.title} of Debian ${suite}: ${said}`);
    }
    for (const name of NEEDLESS) await rm(join(made, 'usr/share', name), { recursive: true, force: true });
    await mkdir(join(work, 'whole'));
    await rename(join(made, 'usr'), join(work, 'whole/usr'));
    await rename(join(work, 'whole'), folder).catch((error: unknown) => {
      // Another run was faster.
      if (!existsSync(join(folder, 'usr'))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const making = new Map<string, Promise<void>>();

/**
 * The root of a version, made now when this is root and it is not there yet; hosts that want the same one wait for one making.
 * Throws LAB_ERR_VERSION_MISSING, SETUP_ERR_FAILED.
 */
export async function ensureProgramRoot(service: ProxyService, wanted: string, onProgress: (what: string) => void): Promise<ProgramRoot> {
  const root = programRootOf(service, wanted);
  const asked = `a host asks for ${service.title} ${wanted}, which this machine's PATH does not have`;
  if (root === null) {
    const known = Object.keys(service.image.debianSuites).join(', ') || 'none';
    throw new HarnessError('LAB_ERR_VERSION_MISSING', `${asked}, and no Debian release has it (known: ${known})`);
  }
  if (isMade(root)) return root;
  if (process.getuid?.() !== 0)
    throw new HarnessError(
      'LAB_ERR_VERSION_MISSING',
      `${asked}; run: sudo hopscope setup --versions, which takes it from Debian ${root.suite}`,
    );
  const started = making.get(root.folder) ?? makeProgramRoot(root);
  making.set(root.folder, started);
  onProgress(`taking ${service.title} ${root.version} from Debian ${root.suite}`);
  await started;
  return root;
}

/** Enters a root in a mount namespace that ends with the program. Folders that Debian's packages would have made get an empty one. */
const ENTER = `set -e
mount --bind "$1/usr" /usr
shift
for dir in /var/lib/nginx /var/log/nginx /var/lib/haproxy; do
  if [ ! -d "$dir" ]; then
    parent="\${dir%/*}"
    mount -t tmpfs tmpfs "$parent"
    mkdir -p /var/lib/nginx /var/log/nginx /var/lib/haproxy 2>/dev/null || true
  fi
done
exec "$@"`;

/** argv prefix that runs a program in a root. */
export const inProgramRoot = ({ folder }: ProgramRoot): Command => [
  ...['unshare', '--mount', '--propagation', 'private'],
  ...['sh', '-c', ENTER, 'program-root', folder],
];
