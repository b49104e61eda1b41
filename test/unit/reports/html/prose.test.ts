import { expect, it } from 'vitest';
import { prose } from '../../../../reports/html/prose.ts';

it('makes code of what stands between two backticks, and escapes all of it', () => {
  expect(prose('no `timeout <tunnel>` & `x`').text).toBe('no <code>timeout &lt;tunnel&gt;</code> &amp; <code>x</code>');
  expect(prose('one ` alone').text).toBe('one &#96; alone');
});
