import { describe, expect, it } from 'vitest';
import { xmlElement, xmlText } from '../../../../reports/junit/xml.ts';
import { HOSTILE } from '../../../fixtures/record-sample.ts';
import { parseXml } from './parse-xml.ts';

describe('xmlText', () => {
  it('escapes markup and the end of a CDATA section', () => {
    expect(xmlText(`<a b="c">]]> & 'd'`)).toBe('&lt;a b=&quot;c&quot;&gt;]]&gt; &amp; &apos;d&apos;');
  });

  it('lets no character through that XML cannot carry', () => {
    expect(xmlText('\u0000\u001b[31m\ufffe\ud800')).toBe('\\x00\\x1b[31m\\u{fffe}\\u{d800}');
  });
});

describe('xmlElement', () => {
  it('carries hostile text in content and attributes alike', () => {
    const { attributes, text } = parseXml(xmlElement('failure', { message: `${HOSTILE}\nsecond\tline` }, xmlText(HOSTILE)));
    const visible = HOSTILE.replaceAll('\u001b', '\\x1b').replace('\u202e', '\\u{202e}').replace('\u202c', '\\u{202c}');
    expect(attributes['message']).toBe(`${visible}\nsecond\tline`);
    expect(text).toBe(visible);
  });

  it('leaves out attributes without a value', () => {
    expect(xmlElement('testcase', { name: 'a', file: undefined, line: 3 })).toBe('<testcase name="a" line="3"/>');
  });
});
