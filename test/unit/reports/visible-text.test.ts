import { describe, expect, it } from 'vitest';
import { clip, visibleLine, visibleLines } from '../../../reports/visible-text.ts';

describe('visibleLine', () => {
  it('shows controls, ANSI sequences, bidi overrides and zero-width characters as escapes', () => {
    expect(visibleLine('a\u001b[31mb\u0000\u009b\u202ec\u2066\u200bd\ufeff')).toBe(
      'a\\x1b[31mb\\x00\\x9b\\u{202e}c\\u{2066}\\u{200b}d\\u{feff}',
    );
  });

  it('puts several lines on one', () => {
    expect(visibleLine('a\r\nb\tc\u2028d')).toBe('a\\r\\nb\\tc\\u{2028}d');
  });

  it('shows half a surrogate pair and leaves whole ones alone', () => {
    expect(visibleLine('\ud83d 😀 é 漢')).toBe('\\u{d83d} 😀 é 漢');
  });
});

describe('visibleLines', () => {
  it('keeps line feeds and tabs, and nothing else that cannot be printed', () => {
    expect(visibleLines('a\r\nb\tc\u001bd\re')).toBe('a\nb\tc\\x1bd\\re');
  });
});

describe('clip', () => {
  it('leaves short text alone', () => {
    expect(clip('abc', 3)).toBe('abc');
  });

  it('says how much it left out', () => {
    expect(clip('x'.repeat(10_240), 240)).toBe(`${'x'.repeat(240)}… (10,000 more characters)`);
  });

  it('does not cut a surrogate pair in half', () => {
    expect(clip('ab😀cd', 3)).toBe('ab… (4 more characters)');
  });
});
