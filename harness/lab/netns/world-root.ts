import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { World, WorldFile } from '../../model/world.ts';
import { packageFiles } from '../package-files.ts';
import { etcFiles } from './world-etc.ts';
import { giveWorldFile, writeWorldFile } from './world-files.ts';
import { placeInRoot } from './world-path.ts';
import { worldUsers } from './world-users.ts';

export interface RootParts {
  /** Name of the ProxyService: its package's files and folders are there. */
  readonly service: string;
  /** The /usr that its program is from: `/usr`, or that of a program root. */
  readonly usr: string;
  readonly hostName: string;
  /** Not root: there is one user id, whatever it is called. */
  readonly singleUser: boolean;
  /** Files of this machine that are bound at a path below the root: a program that is not below /usr. */
  readonly bound: readonly { readonly from: string; readonly path: string }[];
}

/** A file system that was laid out in folders of this machine, before anything is mounted in it. */
export interface LaidOut {
  readonly root: string;
  /** Files of the world below /usr, to be laid over it; null: there are none. */
  readonly usrLayer: string | null;
  /** Folders below /usr that the world makes anew, which the program may write into. */
  readonly usrFolders: readonly string[];
  readonly bound: RootParts['bound'];
}

const folder = (path: string, mode = 0o755, owner: string | null = null): WorldFile => ({ kind: 'folder', path, mode, owner });
const link = (path: string, target: string): WorldFile => ({ kind: 'link', path, target });

/** As a Debian has them, empty. */
const SKELETON: readonly WorldFile[] = [
  ...[
    '/etc',
    '/usr',
    '/proc',
    '/dev',
    '/run',
    '/var',
    '/var/lib',
    '/var/log',
    '/var/cache',
    '/var/www/html',
    '/opt',
    '/mnt',
    '/srv',
    '/home',
  ].map((path) => folder(path)),
  ...['/tmp', '/var/tmp', '/dev/shm', '/run/lock'].map((path) => folder(path, 0o1777)),
  folder('/root', 0o700),
  link('/var/run', '/run'),
  link('/var/lock', '/run/lock'),
  link('/dev/fd', '/proc/self/fd'),
  link('/dev/stdin', '/proc/self/fd/0'),
  link('/dev/stdout', '/proc/self/fd/1'),
  link('/dev/stderr', '/proc/self/fd/2'),
];

export const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const;

/** Folders that Debian's packages make, with their owners. */
const OF_PACKAGE: Readonly<Record<string, readonly WorldFile[]>> = {
  haproxy: [folder('/etc/haproxy'), folder('/var/lib/haproxy/dev'), folder('/run/haproxy', 0o755, 'haproxy')],
  nginx: ['/etc/nginx/conf.d', '/etc/nginx/modules-enabled', '/var/lib/nginx', '/var/log/nginx', '/var/cache/nginx'].map((path) =>
    folder(path),
  ),
  apache: [
    ...['/etc/apache2', '/var/log/apache2', '/var/lib/apache2', '/run/apache2'].map((path) => folder(path)),
    ...['/var/cache/apache2', '/run/lock/apache2'].map((path) => folder(path, 0o755, 'www-data')),
  ],
  caddy: [folder('/etc/caddy'), folder('/var/lib/caddy', 0o755, 'caddy'), folder('/var/log/caddy', 0o755, 'caddy')],
};

/** Lays out the file system of a proxy in a new folder of its own. */
export function layOut(root: string, world: World, parts: RootParts): LaidOut {
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755);
  const users = worldUsers(parts.service, world.users, parts.singleUser);
  const give = (file: WorldFile): void => writeWorldFile(root, file, users);
  for (const file of [...SKELETON, ...(OF_PACKAGE[parts.service] ?? [])]) give(file);
  for (const name of systemFolders()) mkdirSync(join(root, name));
  for (const file of etcFiles({ world, users, hostName: parts.hostName, isMachines: parts.usr === '/usr' })) give(file);
  for (const { path, target } of packageFiles(parts.service)) {
    if (target === null) copyFileSync(path, placeInRoot(root, path));
    else if (existsSync(join(parts.usr, target.slice('/usr'.length)))) give(link(path, target));
  }
  for (const file of world.files) giveWorldFile(root, file, users);
  for (const name of DEVICES) give({ kind: 'text', path: `/dev/${name}`, text: '', mode: 0o644 });
  for (const { path } of parts.bound) give({ kind: 'text', path, text: '', mode: 0o755 });
  mkdirSync(placeInRoot(root, world.workingFolder), { recursive: true });
  return { root, bound: parts.bound, ...splitUsr(root, world, parts.usr) };
}

/** /bin, /lib ... are links into /usr on most machines; here they are mounts, which nothing that runs inside can replace. */
export const systemFolders = (): readonly string[] => readdirSync('/').filter((name) => /^(?:s?bin|lib\w*)$/.test(name));

/** Takes what the world has below /usr out of the root, to be laid over the program's /usr. */
function splitUsr(root: string, world: World, usr: string): Pick<LaidOut, 'usrLayer' | 'usrFolders'> {
  const own = join(root, 'usr');
  if (readdirSync(own).length === 0) return { usrLayer: null, usrFolders: [] };
  const usrLayer = `${root}-usr`;
  renameSync(own, usrLayer);
  mkdirSync(own);
  const folders = world.files
    .filter(({ kind, path }) => kind === 'folder' && path.startsWith('/usr/'))
    .map(({ path }) => path.slice('/usr'.length));
  const isNew = (path: string): boolean =>
    lstatSync(join(usrLayer, path), { throwIfNoEntry: false })?.isDirectory() === true && !existsSync(join(usr, path));
  const usrFolders = [...new Set(folders)].filter(
    (path) => isNew(path) && !folders.some((other) => isNew(other) && path.startsWith(`${other}/`)),
  );
  return { usrLayer, usrFolders };
}
