import { describe, expect, it } from 'vitest';
import { filesMatching } from '../../../containers/files-matching.ts';
import { looksLikeSocketPath, pathOfPattern } from '../../../containers/socket-path.ts';
import { configTreeOf } from './config-tree-of.ts';

describe('pathOfPattern', () => {
  it.each([
    ['^/?(.*)', '/'],
    ['^/ws(/.*)?$', '/ws'],
    ['^/(media|proxy)$', '/media'],
    ['^/(myApp/ws)$', '/myApp/ws'],
    [String.raw`^/socket\.io/(.*)`, '/socket.io/'],
    ['/(?!api)x', '/'],
    ['^/[a-z]+/ws', '/'],
  ])('makes a path of %s', (pattern, path) => {
    expect(pathOfPattern(pattern)).toBe(path);
  });
});

describe('looksLikeSocketPath', () => {
  it('knows habitual paths from others', () => {
    expect(['/ws', '/ws/', '/api/v1/websocket', '/socket.io/', '/cable', '/api/live/ws'].every(looksLikeSocketPath)).toBe(true);
    expect(['/', '/news', '/api/users', '/socketry', '/delivery'].some(looksLikeSocketPath)).toBe(false);
  });
});

describe('filesMatching', () => {
  const { files } = configTreeOf({ '/etc/a/10-x.conf': '', '/etc/a/b.conf': '', '/etc/a/c.txt': '', '/etc/a/deep/d.conf': '' });
  const pathsOf = (pattern: string): readonly string[] => filesMatching(pattern, files).map(({ path }) => path);

  it('takes a file, a pattern and a folder', () => {
    expect(pathsOf('/etc/a/b.conf')).toEqual(['/etc/a/b.conf']);
    expect(pathsOf('/etc/a/*.conf')).toEqual(['/etc/a/10-x.conf', '/etc/a/b.conf']);
    expect(pathsOf('/etc/*/[0-9]?-*.conf')).toEqual(['/etc/a/10-x.conf']);
    expect(pathsOf('/etc/a/[!b].*')).toEqual(['/etc/a/c.txt']);
    expect(pathsOf('/etc/a/deep')).toEqual(['/etc/a/deep/d.conf']);
    expect(pathsOf('/nowhere/*')).toEqual([]);
  });

  it('is done at once with a hostile pattern', () => {
    const long = configTreeOf({ [`/${'a'.repeat(5000)}`]: '' }).files;
    expect(filesMatching(`/${'*a'.repeat(400)}b`, long)).toEqual([]);
  });
});
