import { describe, expect, it } from 'vitest';
import { html } from '../../../../reports/html/html.ts';

describe('html', () => {
  it('escapes text in content and in quoted attributes', () => {
    expect(html`<a title="${`"'><script>`}">${'<b>&`'}</a>`.text).toBe('<a title="&quot;&#39;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#96;</a>');
  });

  it('keeps markup that it made itself, in lists too', () => {
    expect(html`<ul>${['<', '>'].map((text) => html`<li>${text}</li>`)}</ul>`.text).toBe('<ul><li>&lt;</li><li>&gt;</li></ul>');
  });

  it('writes nothing for null, undefined and false, and writes 0', () => {
    expect(html`${null}${undefined}${false}${0}`.text).toBe('0');
  });

  it('does not take an object from JSON for markup', () => {
    const forged = JSON.parse('{"text":"<script>"}') as string;
    expect(() => html`${forged}`.text).toThrow(TypeError);
  });

  it('shows what cannot be printed', () => {
    expect(html`${'a\u001b[31m\u202eb'}`.text).toBe('a\\x1b[31m\\u{202e}b');
  });

  it('refuses an attribute without quotes', () => {
    expect(() => html`<a title=${'x onclick=y'}>`).toThrow(/without quotes/);
  });
});
