import { existsSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import { runCommand } from '../lab/command.ts';
import type { CommandResult } from '../model/service.ts';
import { unitsOf } from './plan.ts';
import { withServicesHeld } from './services-held.ts';

/** Installing a proxy and its libraries takes seconds; a slow mirror takes minutes. */
const APT_TIMEOUT_MS = 30 * 60_000;

/** How packages are installed; tests give their own commands. */
export interface Installer {
  run(argv: readonly string[]): Promise<CommandResult>;
  /** Root folder of the system: `/`. */
  readonly root: string;
  readonly onProgress: (what: string) => void;
}

export interface Applied {
  readonly installed: readonly string[];
  /** Packages that this system's sources do not have. */
  readonly unavailable: readonly string[];
  /** Service units that came with the packages and were disabled. */
  readonly disabled: readonly string[];
  readonly interrupted: boolean;
}

export const aptInstaller = (onProgress: Installer['onProgress']): Installer => ({
  run: (argv) => runCommand(argv, { timeoutMs: APT_TIMEOUT_MS }),
  root: '/',
  onProgress,
});

const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--option', 'DPkg::Lock::Timeout=120', '--quiet', '--yes'] as const;

/** Installs packages without starting or enabling a service. Throws SETUP_ERR_FAILED with what apt printed. */
export async function applySetup(packages: readonly string[], installer: Installer): Promise<Applied> {
  installer.onProgress('reading package lists');
  await must(installer, [...APT, 'update']);
  const available = await filterAvailable(packages, installer);
  const fresh = await withoutInstalled(available, installer);
  const unavailable = packages.filter((name) => !available.includes(name));
  if (available.length === 0) return { installed: [], unavailable, disabled: [], interrupted: false };
  installer.onProgress(`installing ${available.join(' ')}`);
  const { interrupted, result } = await withServicesHeld(
    installer.root,
    async () => await installer.run([...APT, 'install', '--no-install-recommends', ...available]),
  );
  if (interrupted) return { installed: [], unavailable, disabled: await disableUnits(fresh, installer), interrupted };
  if (result.code !== 0) throw failure('apt-get install', result);
  return { installed: available, unavailable, disabled: await disableUnits(fresh, installer), interrupted };
}

async function must(installer: Installer, argv: readonly string[]): Promise<void> {
  const result = await installer.run(argv);
  if (result.code !== 0) throw failure(argv.filter((word) => ['apt-get', 'update', 'install'].includes(word)).join(' '), result);
}

function failure(what: string, { code, stderr, stdout }: CommandResult): HarnessError {
  const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n').slice(-2000);
  return new HarnessError('SETUP_ERR_FAILED', `expected '${what}' to succeed, got exit code ${String(code)}:\n${tail}`);
}

async function filterAvailable(packages: readonly string[], installer: Installer): Promise<readonly string[]> {
  const checks = await Promise.all(
    packages.map(async (name) => (await installer.run(['apt-cache', 'show', '--no-all-versions', name])).code === 0),
  );
  return packages.filter((_, index) => checks[index] === true);
}

async function withoutInstalled(packages: readonly string[], installer: Installer): Promise<readonly string[]> {
  const states = await Promise.all(
    packages.map((name) => installer.run(['dpkg-query', '--show', '--showformat', '${db:Status-Status}', name])),
  );
  return packages.filter((_, index) => states[index]?.stdout.trim() !== 'installed');
}

/** Only units of packages that were not there before: what the user runs stays as it is. */
async function disableUnits(fresh: readonly string[], installer: Installer): Promise<readonly string[]> {
  const units = unitsOf(fresh);
  if (units.length === 0) return [];
  // Without a running systemd there is nothing to stop, and `disable` only removes links.
  const stop = existsSync(`${installer.root}/run/systemd/system`) ? ['--now'] : [];
  const results = await Promise.all(
    units.map(async (unit) => await installer.run(['systemctl', 'disable', ...stop, unit]).catch(() => null)),
  );
  return units.filter((_, index) => results[index]?.code === 0);
}
