import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../harness/gate/glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['nginx-bare', 'nginx-bare', true],
    ['nginx-bare', 'nginx-bare-2', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['nginx-*', 'nginx-bare', true],
    ['nginx-*', 'haproxy-bare', false],
    ['*-bare', 'nginx-bare', true],
    ['n*x-b*e', 'nginx-bare', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['', '', true],
    ['', 'a', false],
    ['a*', 'a', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['*a', 'ba b', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('stays quick on a pattern of many stars', () => {
    expect(matchesGlob('*a'.repeat(50), 'b'.repeat(5000))).toBe(false);
  });
});
