import { spawn } from 'node:child_process';
import { HarnessError } from '../../errors.ts';
import { runCommand } from '../command.ts';
import { asking, wordsOf, type Dockerode } from './docker-client.ts';

export const debianBase = (suite: string): string => `hopscope/debian:${suite}`;

/** A mirror that this machine's apt takes Debian from. */
interface Mirror {
  readonly uri: string;
  readonly isSecurity: boolean;
}

/** Reads `apt-get indextargets` in the format asked for in machineMirrors. Mirrors of other makers are left out. */
export function parseMirrors(listing: string): readonly Mirror[] {
  const mirrors = new Map<string, Mirror>();
  for (const line of listing.split('\n')) {
    const [uri = '', origin, label, component] = line.split('|');
    if (origin !== 'Debian' || component !== 'main' || uri === '') continue;
    mirrors.set(uri, { uri, isSecurity: label === 'Debian-Security' });
  }
  return [...mirrors.values()];
}

/** Lines of a sources.list for a suite; none when the machine names no mirror, so that mmdebstrap takes its own default. */
export function sourcesFor(suite: string, mirrors: readonly Mirror[]): readonly string[] {
  const main = mirrors.find((mirror) => !mirror.isSecurity);
  if (main === undefined) return [];
  const security = mirrors.find((mirror) => mirror.isSecurity);
  return [
    `deb ${main.uri} ${suite} main`,
    `deb ${main.uri} ${suite}-updates main`,
    ...(security === undefined ? [] : [`deb ${security.uri} ${suite}-security main`]),
  ];
}

/** The same from the mirrors of this machine's apt. */
export const machineSources = async (suite: string): Promise<readonly string[]> => sourcesFor(suite, await machineMirrors());

async function machineMirrors(): Promise<readonly Mirror[]> {
  const argv = ['apt-get', 'indextargets', '--format', '$(REPO_URI)|$(ORIGIN)|$(LABEL)|$(COMPONENT)', 'Created-By: Packages'];
  const listing = await runCommand(argv).catch(() => null);
  return listing === null || listing.code !== 0 ? [] : parseMirrors(listing.stdout);
}

/**
 * Makes a minimal Debian of a suite and imports it as `hopscope/debian:<suite>`, from the mirrors of this machine's apt.
 * For engines that cannot pull. Throws SETUP_ERR_FAILED.
 */
export async function importDebianBase(dockerode: Dockerode, suite: string): Promise<void> {
  const sources = await machineSources(suite);
  const child = spawn('mmdebstrap', ['--variant=minbase', '--format=tar', suite, '-', ...sources], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new HarnessError('SETUP_ERR_FAILED', `expected mmdebstrap to be installed: ${wordsOf(cause)}`, { cause })),
    );
    child.once('close', resolve);
  });
  const [repo, tag] = debianBase(suite).split(':');
  const imported = asking(`import Debian ${suite}`, async () => {
    const progress = await dockerode.importImage(child.stdout, { repo, tag });
    await new Promise<void>((resolve, reject) =>
      dockerode.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error))),
    );
  });
  const [exit, image] = await Promise.allSettled([ended, imported]);
  if (exit.status === 'rejected') throw exit.reason;
  if (exit.value === 0 && image.status === 'fulfilled') return;
  if (image.status === 'fulfilled') await dockerode.getImage(debianBase(suite)).remove();
  const because = exit.value === 0 && image.status === 'rejected' ? wordsOf(image.reason) : said.trim().split('\n').slice(-5).join(' | ');
  throw new HarnessError('SETUP_ERR_FAILED', `mmdebstrap could not make Debian ${suite}: ${because}`);
}
