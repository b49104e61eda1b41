import { describe, expect, it } from 'vitest';
import { fencedBlock, markdownText } from '../../../../reports/markdown/escape.ts';

describe('markdownText', () => {
  it('escapes tables, code, emphasis, links and HTML', () => {
    expect(markdownText('a|b `c` *d* _e_ [f](g) <b>&')).toBe('a\\|b \\`c\\` \\*d\\* \\_e\\_ \\[f\\](g) &lt;b&gt;&amp;');
  });

  it('mentions nobody, refers to nothing and links nowhere', () => {
    expect(markdownText('hi @team #12 https://evil.example www.evil.example')).toBe(
      'hi @&#8203;team #&#8203;12 https:&#8203;//evil.example www&#8203;.evil.example',
    );
  });

  it('stays on one line and starts no block', () => {
    expect(['a\nb', '# a', '- a', '1. a', '> a', '0.1.0', '12 packets'].map(markdownText)).toEqual([
      'a\\\\nb',
      '\\# a',
      '\\- a',
      '1\\. a',
      '&gt; a',
      '0\\.1.0',
      '12 packets',
    ]);
  });
});

describe('fencedBlock', () => {
  it('is closed by nothing within', () => {
    expect(fencedBlock('a ```` b', 'sh')).toBe('`````sh\na ```` b\n`````');
    expect(fencedBlock('a\n```\nb', 'sh')).toBe('````sh\na\\n```\\nb\n````');
  });
});
