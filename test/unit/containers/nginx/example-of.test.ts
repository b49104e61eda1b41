import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../../../containers/nginx/example-of.ts';
import { matches } from '../../../../containers/nginx/matches-pattern.ts';
import { parsePattern } from '../../../../containers/nginx/pattern.ts';

describe('exampleOf', () => {
  it.each([
    ['/api/v[0-9]+/(users/)?websocket$', '/api/v1/websocket'],
    ['^/(ws)/', '/ws/'],
    [String.raw`^/tests/[0-9]+/(livelog|liveterminal)$`, '/tests/1/livelog'],
    [String.raw`\.php$`, '/a.php'],
    [String.raw`^/project/([0-9a-f]+)/user/\d{3}/output\.([a-z.]+)$`, '/project/a/user/111/output.a'],
    ['^/(?!api)', '/'],
    ['^/(?<tenant>[^/]+)/socket', '/a/socket'],
    [String.raw`^/a(?=b)b\b`, '/ab'],
  ])('finds a path for %s', (source, path) => {
    const found = exampleOf(source, false);
    expect(found).toBe(path);
    expect(new RegExp(source).test(found ?? '')).toBe(true);
  });

  it('prefers an alternative that was asked for', () => {
    expect(exampleOf('^/(api|ws|static)/', false, (text) => text === 'ws')).toBe('/ws/');
    expect(exampleOf('^/(API|WS)$', true, (text) => text.includes('w'))).toBe('/ws');
  });

  it.each(['(?<=a)b', String.raw`^/(a)\1`, '^/(', '[', '*', 'a{999}', '^/a$b', `${'('.repeat(400)}a${')'.repeat(400)}`])(
    'gives up on %s',
    (source) => {
      expect(exampleOf(source, false)).toBeNull();
    },
  );
});

describe('matches', () => {
  it.each([
    ['^/a+$', '/aaa', true],
    ['^/a+?b', '/aab', true],
    ['^/[^/]+/x$', '/a/b/x', false],
    [String.raw`^/[\w.-]{2,3}$`, '/a.', true],
    [String.raw`^/[\w.-]{2,3}$`, '/a.-b', false],
    ['^/(?:a|b)*c', '/ababc', true],
    [String.raw`\.(?:js|css)$`, '/x.css', true],
    ['^(a*)*$', '/b', false],
  ])('answers %s for %s as RegExp does', (source, text, expected) => {
    const pattern = parsePattern(source, false);
    expect(pattern !== null && matches(pattern, text)).toBe(expected);
    expect(new RegExp(source).test(text)).toBe(expected);
  });

  it('is not kept busy by a hostile expression', () => {
    const pattern = parsePattern('(a+)+(a|aa)*$x', false);
    expect(pattern !== null && matches(pattern, 'a'.repeat(400))).toBe(false);
  });
});
