import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountTable } from '../../../../harness/lab/netns/world-mounts.ts';
import { layOut } from '../../../../harness/lab/netns/world-root.ts';
import type { World } from '../../../../harness/model/world.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'world root-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const WORLD: World = {
  main: '/etc/app.conf',
  workingFolder: '/srv/app',
  env: {},
  files: [],
  users: [],
  addresses: [],
  ownPorts: [],
  names: { api: '198.18.0.1', 'bad name': '198.18.0.2', localhost: '198.18.0.3', other: 'x\n1.2.3.4 evil' },
  unixOrigins: [],
  authTargets: [],
};
const lay = (world: Partial<World> = {}, bound: Parameters<typeof layOut>[2]['bound'] = []) =>
  layOut(join(dir, 'root'), { ...WORLD, ...world }, { service: 'haproxy', usr: '/usr', hostName: 'edge', singleUser: false, bound });

describe('a laid-out file system', () => {
  it('has an /etc of its own with no more of this machine than belongs to nobody', () => {
    const { root } = lay();
    expect(readdirSync(join(root, 'etc'))).not.toContain('shadow');
    expect(readFileSync(join(root, 'etc/hosts'), 'utf8')).toBe(
      '127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n198.18.0.1 api\n127.0.1.1 edge\n',
    );
    expect(readFileSync(join(root, 'etc/resolv.conf'), 'utf8')).toMatch(/^nameserver 127\.0\.0\.1\n/);
    expect(existsSync(join(root, 'srv/app'))).toBe(true);
  });

  it("lays the world's files below /usr over the program's", () => {
    const site = { kind: 'folder', path: '/usr/local/nowhere/logs', mode: 0o755, owner: null } as const;
    const laidOut = lay({ files: [site, { kind: 'text', path: '/usr/local/nowhere/a', text: 'a', mode: 0o644 }] });
    expect(readdirSync(join(laidOut.root, 'usr'))).toEqual([]);
    expect(laidOut.usrFolders).toEqual(['/local/nowhere/logs']);
    expect(mountTable(laidOut, '/usr')).toMatch(/^overlay \S+ overlay ro,nosuid,nodev,lowerdir=\S+root-usr:\/usr 0 0$/m);
  });
});

describe('the mounts of it', () => {
  it('keep what acts on the whole machine from being written, and escape blanks', () => {
    const table = mountTable(lay(), '/usr');
    expect(table).toMatch(/^\/usr \S+\/root\/usr none bind,ro,nosuid,nodev 0 0$/m);
    expect(table).toMatch(/\/proc\/sys none bind,ro,nosuid,nodev,noexec 0 0$/m);
    expect(table).toContain(String.raw`world\040root-`);
    expect(
      table
        .trim()
        .split('\n')
        .every((line) => line.split(' ').length === 6),
    ).toBe(true);
  });

  it('hold a program that is elsewhere on this machine', () => {
    const { root, bound } = lay({}, [{ from: process.execPath, path: '/opt/node/bin/node' }]);
    expect(existsSync(join(root, 'opt/node/bin/node'))).toBe(true);
    expect(mountTable({ root, bound, usrLayer: null, usrFolders: [] }, '/usr')).toContain('/opt/node/bin/node none bind,ro');
  });
});
