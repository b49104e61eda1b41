import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { DEVICES, systemFolders, type LaidOut } from './world-root.ts';

/*
 * How a laid-out file system becomes one: mounts in a mount namespace of its own, whose old root is then taken away altogether, so that no
 * `..`, no chroot and no /proc/PID/root leads back to this machine's files.
 */

/** Parts of /proc that act on the whole machine, for root may write them without any capability. As container runtimes have them (runc, spec defaults). */
const READ_ONLY = ['/proc/sys', '/proc/irq', '/proc/bus', '/proc/fs', '/proc/sysrq-trigger', '/proc/acpi', '/proc/scsi'];
/** Files of /proc that tell about the machine. */
const HIDDEN = [
  '/proc/kcore',
  '/proc/keys',
  '/proc/timer_list',
  '/proc/kallsyms',
  '/proc/kmsg',
  '/proc/latency_stats',
  '/proc/sched_debug',
];

/**
 * What decides which libraries a program is given. Programs enter the room with privileges and give them up there, so that nothing which runs in it may
 * change these, nor take a folder above them away: a mount point can be neither renamed nor removed.
 */
const LOADER = ['/etc/ld.so.preload', '/etc/ld.so.cache'];

/** Lines of an fstab(5), in the order in which `mount --all` takes them: one process for all. */
export function mountTable({ root, usrLayer, usrFolders, bound }: LaidOut, usr: string): string {
  const lines: string[] = [];
  const mount = (from: string, to: string, type: string, options: string): number =>
    lines.push([from, to, type, options].map(escaped).join(' ') + ' 0 0');
  const bind = (from: string, path: string, options: string): number => mount(from, join(root, path), 'none', `bind${options}`);
  const readOnly = ',ro,nosuid,nodev';
  if (usrLayer === null) bind(usr, 'usr', readOnly);
  else mount('overlay', join(root, 'usr'), 'overlay', `ro,nosuid,nodev,lowerdir=${layer(usrLayer)}:${layer(usr)}`);
  for (const path of usrFolders) bind(join(usrLayer ?? usr, path), join('usr', path), ',nosuid,nodev');
  for (const name of systemFolders()) bind(isMerged(name) ? join(usr, name) : `/${name}`, name, readOnly);
  bind(join(root, 'etc'), 'etc', ',nosuid,nodev');
  for (const path of LOADER) bind(join(root, path), path, readOnly);
  mount('proc', join(root, 'proc'), 'proc', 'nosuid,nodev,noexec');
  for (const path of READ_ONLY) if (existsSync(path)) bind(join(root, path), path, ',ro,nosuid,nodev,noexec');
  for (const path of HIDDEN) if (existsSync(path)) bind('/dev/null', path, '');
  for (const name of DEVICES) bind(`/dev/${name}`, `dev/${name}`, '');
  for (const { from, path } of bound) bind(from, path, readOnly);
  return `${lines.join('\n')}\n`;
}

/** Whether a folder is a link to the one of the same name below /usr. */
const isMerged = (name: string): boolean => lstatSync(`/${name}`).isSymbolicLink();

const escaped = (field: string): string =>
  field.replaceAll('\\', String.raw`\134`).replaceAll(' ', String.raw`\040`).replaceAll('\t', String.raw`\011`);
/** overlay(5) parts its layers by colons and its options by commas. */
const layer = (path: string): string => path.replaceAll(/[\\:,]/g, String.raw`\$&`);

/** Shell script, with the root as `$1` and the table as `$2`, that makes the root that of the mount namespace it runs in. */
export const PIVOT = `set -e
mount --bind "$1" "$1"
mount -o remount,bind,nosuid,nodev "$1"
mount --all --fstab "$2"
cd "$1"
read -r pid rest < /proc/self/stat
pivot_root . mnt
cd /
umount -l /mnt`;

/**
 * What the processes of a proxy may be: root that may change user, chroot and open low ports, but not mount, trace, load modules, make devices,
 * open files by handle (CAP_DAC_READ_SEARCH, which leads out of a mount namespace) or touch the network's own settings.
 */
const CAPABILITIES = [
  ...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap', 'setfcap'],
  ...['net_bind_service', 'net_raw', 'sys_chroot', 'sys_resource', 'sys_nice', 'ipc_lock'],
];

/** argv prefix that gives up everything else for good. */
export const CONFINED: Command = [
  '/usr/bin/setpriv',
  '--no-new-privs',
  '--bounding-set',
  ['-all', ...CAPABILITIES.map((name) => `+${name}`)].join(','),
];
