import { describe, expect, it } from 'vitest';
import { worldUsers } from '../../../../harness/lab/netns/world-users.ts';

describe('users of a world', () => {
  it('are a base, those of the package and those of the config', () => {
    const users = worldUsers('haproxy', [{ user: 'edge', group: 'proxies' }]);
    expect(users.passwd.match(/^[\w-]+/gm)).toEqual(['root', 'www-data', 'nobody', 'haproxy', 'edge']);
    expect(users.group).toMatch(/^proxies:x:\d+:$/m);
    expect(users.find('www-data')).toEqual({ name: 'www-data', uid: 33, gid: 33 });
  });

  it('become members of a group that is not their own', () => {
    const users = worldUsers('nginx', [{ user: 'nobody', group: 'nobody' }]);
    expect(users.group).toMatch(/^nobody:x:\d+:nobody$/m);
    expect(users.find('nobody')?.gid).toBe(65_534);
  });

  it('have ids of their own', () => {
    const users = worldUsers(
      'nginx',
      ['a', 'b', 'c'].map((user) => ({ user, group: 'shared' })),
    );
    const uids = ['a', 'b', 'c'].map((name) => users.find(name)?.uid);
    expect(new Set(uids).size).toBe(3);
    expect(new Set(['a', 'b', 'c'].map((name) => users.find(name)?.gid)).size).toBe(1);
  });

  it('are all the same one where there is no other', () => {
    const { passwd, group } = worldUsers('nginx', [{ user: 'edge', group: 'edge' }], true);
    expect(
      passwd
        .trim()
        .split('\n')
        .every((line) => line.includes(':x:0:0:')),
    ).toBe(true);
    expect(
      group
        .trim()
        .split('\n')
        .every((line) => line.includes(':x:0:')),
    ).toBe(true);
  });

  it('are left out where no system could have them', () => {
    const users = worldUsers('nginx', [
      { user: 'x:0:0::/:/bin/sh\nroot', group: 'x' },
      { user: '1000', group: '1000' },
    ]);
    expect(users.passwd.split('\n')).toHaveLength(4);
  });
});
