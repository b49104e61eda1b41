import { describe, expect, it } from 'vitest';
import { cell, wrap } from '../../../../reports/terminal/wrap.ts';

describe('wrap', () => {
  it('breaks at spaces and indents what follows', () => {
    expect(wrap('one two three four five six', 20, 2)).toEqual(['one two three four', '  five six']);
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrap('x'.repeat(45), 20)).toEqual(['x'.repeat(20), 'x'.repeat(20), 'x'.repeat(5)]);
  });
});

describe('cell', () => {
  it('pads and cuts by characters, not by code units', () => {
    expect([cell('ab', 4), cell('abcdef', 4), cell('😀😀', 3)]).toEqual(['ab  ', 'abc…', '😀😀 ']);
  });
});
