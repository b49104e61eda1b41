import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveWorldFile } from '../../../../harness/lab/netns/world-files.ts';
import { placeInRoot } from '../../../../harness/lab/netns/world-path.ts';
import { worldUsers } from '../../../../harness/lab/netns/world-users.ts';
import type { WorldFile } from '../../../../harness/model/world.ts';

let dir: string;
let root: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'world-files-'));
  root = mkdtempSync(join(dir, 'root-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const give = (file: WorldFile): void => giveWorldFile(root, file, worldUsers('nginx', []));
const text = (path: string, content = 'x', mode = 0o644): WorldFile => ({ kind: 'text', path, text: content, mode });

describe('a file of a world', () => {
  it('is made with its mode, and its folders for everybody', () => {
    give(text('/etc/ssl/private/edge.key', 'key', 0o600));
    expect(statSync(join(root, 'etc/ssl/private/edge.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'etc/ssl/private')).mode & 0o777).toBe(0o755);
  });

  it('takes the place of an earlier one, of a folder and of a link', () => {
    give({ kind: 'folder', path: '/a/b', mode: 0o700, owner: null });
    give(text('/a/b', 'first'));
    give({ kind: 'link', path: '/a/b', target: '/a/c' });
    give(text('/a/b', 'second'));
    expect(readFileSync(join(root, 'a/b'), 'utf8')).toBe('second');
    expect(existsSync(join(root, 'a/c'))).toBe(false);
  });

  it('is never written outside of the root, whatever links say', () => {
    symlinkSync(dir, join(root, 'out'));
    give(text('/out/file'));
    give(text('/../../up'));
    give({ kind: 'link', path: '/rel', target: '../../..' });
    give(text('/rel/relative'));
    expect(existsSync(join(dir, 'file'))).toBe(false);
    expect(existsSync(join(root, dir, 'file'))).toBe(true);
    expect(existsSync(join(root, 'up'))).toBe(true);
    expect(existsSync(join(root, 'relative'))).toBe(true);
  });

  it('is a copy of a regular file only', () => {
    writeFileSync(join(dir, 'given'), 'given');
    give({ kind: 'copy', path: '/etc/app/given', from: join(dir, 'given'), mode: 0o644 });
    expect(readFileSync(join(root, 'etc/app/given'), 'utf8')).toBe('given');
    const device: WorldFile = { kind: 'copy', path: '/etc/app/zero', from: '/dev/zero', mode: 0o644 };
    expect(() => give(device)).toThrow(expect.objectContaining({ code: 'CONFIG_ERR_NOT_FOUND' }));
  });

  it.each([
    '/etc/ld.so.preload',
    '/usr/bin/setpriv',
    '/lib64/ld-linux-x86-64.so.2',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
    '/usr',
    '/proc/x',
  ])('is not %s, which belongs to the system', (path) => {
    expect(() => give(text(path))).toThrow(expect.objectContaining({ code: 'LAB_ERR_COMMAND_FAILED' }));
  });

  it('is not of the system by way of a link either', () => {
    give({ kind: 'link', path: '/app', target: '/usr/bin' });
    expect(() => give(text('/app/setpriv'))).toThrow(expect.objectContaining({ code: 'LAB_ERR_COMMAND_FAILED' }));
  });

  it('may be a module below /usr', () => {
    give(text('/usr/lib/nginx/modules/a.so'));
    give(text('/usr/local/etc/haproxy/haproxy.cfg'));
    expect(existsSync(join(root, 'usr/local/etc/haproxy/haproxy.cfg'))).toBe(true);
  });
});

describe('a place in a root', () => {
  it('follows links as a program inside would', () => {
    symlinkSync('/run', join(root, 'var-run'));
    expect(placeInRoot(root, '/var-run/app.pid')).toBe(join(root, 'run/app.pid'));
    symlinkSync('/elsewhere', join(root, 'last'));
    expect(placeInRoot(root, '/last', false)).toBe(join(root, 'last'));
    expect(readlinkSync(join(root, 'last'))).toBe('/elsewhere');
  });

  it('is none where links lead in a circle', () => {
    symlinkSync('/b', join(root, 'a'));
    symlinkSync('/a', join(root, 'b'));
    expect(() => placeInRoot(root, '/a/x')).toThrow(expect.objectContaining({ code: 'LAB_ERR_COMMAND_FAILED' }));
    expect(lstatSync(join(root, 'a')).isSymbolicLink()).toBe(true);
  });
});
