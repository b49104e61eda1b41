import type { World } from '../../model/world.ts';

/** A user of a made file system. */
export interface WorldUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface WorldUsers {
  readonly passwd: string;
  readonly group: string;
  /** Null: there is no such user. */
  find(name: string): WorldUser | null;
}

/** As useradd(8) takes them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/;
const FIRST_FREE = 200;

/** Debian's own ids (base-passwd). */
const BASE: readonly WorldUser[] = [
  { name: 'root', uid: 0, gid: 0 },
  { name: 'www-data', uid: 33, gid: 33 },
  { name: 'nobody', uid: 65_534, gid: 65_534 },
];
const BASE_GROUPS: readonly (readonly [string, number])[] = [
  ['root', 0],
  ['tty', 5],
  ['adm', 4],
  ['www-data', 33],
  ['nogroup', 65_534],
];

/** Users that a package makes, by service. */
const OF_PACKAGE: Readonly<Record<string, readonly string[]>> = { haproxy: ['haproxy'], caddy: ['caddy'] };

/**
 * Texts of /etc/passwd and /etc/group: a base, those of the package, and those that the config changes to. Names that no system could have are left out.
 * `singleUser`: where there is one user id only, every name is one of it, so that a program may still change to it.
 */
export function worldUsers(service: string, users: World['users'], singleUser = false): WorldUsers {
  const groups = new Map<string, number>(BASE_GROUPS);
  const members = new Map<string, Set<string>>();
  const known = new Map(BASE.map((user) => [user.name, user]));
  let next = FIRST_FREE;
  const gidOf = (group: string): number => {
    const gid = groups.get(group) ?? next++;
    groups.set(group, gid);
    return gid;
  };
  const wanted = [...(OF_PACKAGE[service] ?? []).map((name) => ({ user: name, group: name })), ...users];
  for (const { user, group } of wanted) {
    if (!NAME.test(user) || !NAME.test(group)) continue;
    const gid = gidOf(group);
    const before = known.get(user);
    if (before === undefined) known.set(user, { name: user, uid: next++, gid });
    else if (before.gid !== gid) members.set(group, (members.get(group) ?? new Set()).add(user));
  }
  // Apache refuses to serve as root, and goes on where it may not change its user.
  const idOf = (id: number): number => (singleUser && service !== 'apache' ? 0 : id);
  const passwd = [...known.values()].map(({ name, uid, gid }) => `${name}:x:${idOf(uid)}:${idOf(gid)}::/:/usr/sbin/nologin\n`);
  const group = [...groups].map(([name, gid]) => `${name}:x:${idOf(gid)}:${[...(members.get(name) ?? [])].join(',')}\n`);
  return { passwd: passwd.join(''), group: group.join(''), find: (name) => known.get(name) ?? null };
}
