import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changedFiles, changedPaths } from '../../../harness/cli/changed-since.ts';
import type { Path } from '../../../harness/model/path.ts';
import { pathWith } from '../audits/path-builders.ts';

let folder = '';
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: folder, encoding: 'utf8' });
const write = (name: string, text = name): void => writeFileSync(join(folder, name), text);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'changed-test-')));
  git('init', '-q');
  for (const name of ['edge', 'inner']) mkdirSync(join(folder, name));
  for (const name of ['spec.yaml', 'edge/haproxy.cfg', 'edge/other.cfg', 'edge/allowed.lst', 'inner/nginx.conf']) write(name);
  git('add', '.');
  git('commit', '-qm', 'first');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (id: string, config: string): Path => {
  const path = pathWith([id]);
  return { ...path, id, proxies: path.proxies.map((proxy) => ({ ...proxy, config: join(folder, config) })) };
};
const changed = (): readonly string[] =>
  changedPaths(
    [pathOf('edge', 'edge/haproxy.cfg'), pathOf('other', 'edge/other.cfg'), pathOf('inner', 'inner/nginx.conf')],
    changedFiles('HEAD', folder),
    join(folder, 'spec.yaml'),
  );

describe('paths that changed since a revision', () => {
  it('are none when nothing changed', () => {
    expect(changed()).toEqual([]);
  });

  it('are those whose config changed, committed or not', () => {
    write('edge/haproxy.cfg', 'changed');
    expect(changed()).toEqual(['edge']);
    git('commit', '-qam', 'second');
    expect(changed()).toEqual([]);
    expect(changedFiles('HEAD~1', folder)).toEqual([join(folder, 'edge/haproxy.cfg')]);
  });

  it('are all those that get a file which stands beside their configs, a new one too', () => {
    write('edge/allowed.lst', 'changed');
    expect(changed()).toEqual(['edge', 'other']);
    git('checkout', '-q', '.');
    write('inner/new.map');
    expect(changed()).toEqual(['inner']);
  });

  it('are all when the spec changed', () => {
    write('spec.yaml', 'changed');
    expect(changed()).toEqual(['edge', 'other', 'inner']);
  });

  it('are seen from a folder inside the checkout as well', () => {
    write('edge/haproxy.cfg', 'changed');
    write('inner/new.map');
    expect(changedFiles('HEAD', join(folder, 'edge'))).toEqual([join(folder, 'edge/haproxy.cfg'), join(folder, 'inner/new.map')]);
  });

  it.each(['no-such-revision', '--output=x', 'HEAD..HEAD'])('are a mistake of the command line for %s', (revision) => {
    expect(() => changedFiles(revision, folder)).toThrow(expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG' }));
  });

  it('are a mistake of the command line outside of a checkout', () => {
    rmSync(join(folder, '.git'), { recursive: true });
    expect(() => changedFiles('HEAD', folder)).toThrow(expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG' }));
  });
});
