import { expect, it } from 'vitest';
import { anchorOf } from '../../../../reports/html/anchor.ts';

it('makes an id that needs no escaping and differs for different names', () => {
  expect(anchorOf('path', 'nginx-bare')).toBe('path-nginx-bare');
  expect(anchorOf('finding', 'a/b#2')).toBe('finding-a_2fb_232');
  expect(anchorOf('path', 'a_b')).not.toBe(anchorOf('path', 'a-b'));
  expect(anchorOf('path', '"><script>')).toMatch(/^[\w-]+$/);
});
