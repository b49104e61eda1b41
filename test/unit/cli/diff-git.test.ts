import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRevision } from '../../../harness/cli/diff-git.ts';

const folder = mkdtempSync(join(tmpdir(), 'hopscope-diff-git-'));
const checkout = join(folder, 'checkout');

const git = (...args: readonly string[]): void => {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...who, ...args], { cwd: checkout, stdio: 'ignore' });
};

beforeAll(() => {
  mkdirSync(join(checkout, 'deploy/haproxy/maps'), { recursive: true });
  execFileSync('git', ['init', '-q', '-b', 'main', checkout], { stdio: 'ignore' });
  writeFileSync(join(checkout, 'deploy/haproxy/haproxy.cfg'), 'first\n');
  writeFileSync(join(checkout, 'deploy/haproxy/maps/hosts.map'), 'a b\n');
  writeFileSync(join(checkout, 'readme'), 'no config\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  git('tag', 'v1');
  writeFileSync(join(checkout, 'deploy/haproxy/haproxy.cfg'), 'second\n');
  writeFileSync(join(checkout, 'deploy/haproxy/late.cfg'), 'new\n');
  git('add', '.');
  git('commit', '-q', '-m', 'second');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wish = (revision: string, config: string) => ({ revision, configs: [config], others: ['haproxy/maps', 'nowhere'] });

describe('the files of a revision', () => {
  it('have the same path below their working folder as in the checkout, with what stands beside them', () => {
    const from = join(checkout, 'deploy');
    const { workingFolder, has } = exportRevision(wish('v1', 'haproxy/haproxy.cfg'), join(folder, 'v1'), from);
    expect(readFileSync(join(workingFolder, 'haproxy/haproxy.cfg'), 'utf8')).toBe('first\n');
    expect(readFileSync(join(workingFolder, 'haproxy/maps/hosts.map'), 'utf8')).toBe('a b\n');
    expect(existsSync(join(workingFolder, '../readme'))).toBe(false);
    expect([has('haproxy/maps'), has('nowhere')]).toEqual([true, false]);
    const head = exportRevision(wish('main', 'haproxy'), join(folder, 'head'), from);
    expect(readFileSync(join(head.workingFolder, 'haproxy/haproxy.cfg'), 'utf8')).toBe('second\n');
  });

  it('are refused where the revision has no such config', () => {
    expect(() => exportRevision(wish('v1', 'deploy/haproxy/late.cfg'), join(folder, 'a'), checkout)).toThrow(
      'expected deploy/haproxy/late.cfg at v1, but that revision has no such file or folder',
    );
    expect(() => exportRevision(wish('v1', '../outside.cfg'), join(folder, 'b'), checkout)).toThrow('no such file or folder');
  });

  it("are refused with git's words where there is no such revision, or no checkout", () => {
    expect(() => exportRevision(wish('nothing', 'deploy'), join(folder, 'c'), checkout)).toThrow(/got 'nothing': fatal: /);
    expect(() => exportRevision(wish('--help', 'deploy'), join(folder, 'd'), checkout)).toThrow(/got '--help': fatal: /);
    expect(() => exportRevision(wish('v1', 'deploy'), join(folder, 'e'), folder)).toThrow(/not a git repository/);
  });
});
