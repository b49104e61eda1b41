import { existsSync, readdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { World, WorldFile } from '../../model/world.ts';
import type { WorldUsers } from './world-users.ts';

export interface EtcParts {
  readonly world: Pick<World, 'names'>;
  readonly users: WorldUsers;
  readonly hostName: string;
  /** Whether the program's /usr is this machine's, so that its index of libraries is right. */
  readonly isMachines: boolean;
}

const HOST_NAME = /^[A-Za-z0-9_.-]{1,253}$/;

/** Ports that configs and rules name by word (services(5)); the whole list of IANA would be this machine's. */
const SERVICES = ['domain 53/tcp', 'domain 53/udp', 'http 80/tcp', 'https 443/tcp', 'https 443/udp', 'syslog 514/udp', 'http-alt 8080/tcp'];

/** What this machine has that belongs to no one: authorities, OpenSSL's and the loader's settings, types of files. */
const OF_MACHINE = ['/etc/ssl/openssl.cnf', '/etc/ssl/certs/ca-certificates.crt', '/etc/mime.types'];

/** The /etc of a made file system: everything that the C library, OpenSSL and a proxy ask for, and nothing else. */
export function etcFiles({ world, users, hostName, isMachines }: EtcParts): readonly WorldFile[] {
  const text = (path: string, lines: readonly string[]): WorldFile => ({ kind: 'text', path, text: `${lines.join('\n')}\n`, mode: 0o644 });
  return [
    text('/etc/passwd', [users.passwd.trimEnd()]),
    text('/etc/group', [users.group.trimEnd()]),
    text('/etc/nsswitch.conf', ['passwd: files', 'group: files', 'hosts: files dns', 'services: files', 'protocols: files']),
    text('/etc/hosts', hosts(world.names, hostName)),
    text('/etc/hostname', [hostName]),
    text('/etc/resolv.conf', ['nameserver 127.0.0.1', 'options timeout:1 attempts:2']),
    text('/etc/services', SERVICES),
    text('/etc/protocols', ['ip 0 IP', 'icmp 1 ICMP', 'tcp 6 TCP', 'udp 17 UDP', 'ipv6 41 IPv6']),
    text('/etc/ld.so.preload', ['']),
    ...(isMachines ? [] : [text('/etc/ld.so.cache', [''])]),
    ...[...OF_MACHINE, ...(isMachines ? loaderFiles() : [])].filter((path) => existsSync(path)).map(copied),
  ];
}

const copied = (path: string): WorldFile => ({ kind: 'copy', path, from: path, mode: 0o644 });

function loaderFiles(): readonly string[] {
  const folder = '/etc/ld.so.conf.d';
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.conf')) : [];
  return ['/etc/ld.so.cache', '/etc/ld.so.conf', ...names.map((name) => join(folder, name))];
}

/** `localhost` has one address, as a connection to ::1 would be another leg; names are untrusted. */
function hosts(names: World['names'], hostName: string): readonly string[] {
  const known = Object.entries(names).filter(([name, address]) => HOST_NAME.test(name) && isIP(address) !== 0 && name !== 'localhost');
  return [
    '127.0.0.1 localhost',
    '::1 ip6-localhost ip6-loopback',
    ...known.map(([name, address]) => `${address} ${name}`),
    `127.0.1.1 ${hostName}`,
  ];
}
