import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../harness/wire/line-splitter.ts';

describe('LineSplitter', () => {
  it('cuts lines across chunks, also within a character', () => {
    const splitter = new LineSplitter(100);
    const bytes = Buffer.from('grün\n\nrot\nrest');
    const lines = [...bytes].flatMap((byte) => [...splitter.push(Buffer.from([byte]))]);
    expect(lines).toEqual(['grün', '', 'rot'].map((text) => ({ kind: 'line', text })));
  });

  it('drops a line that is too long, says so, and goes on', () => {
    const splitter = new LineSplitter(4);
    expect(splitter.push(Buffer.from('123'))).toEqual([]);
    expect(splitter.push(Buffer.from('456'))).toEqual([]);
    expect(splitter.push(Buffer.from('7\nab\n'))).toEqual([
      { kind: 'too-long', limit: 4 },
      { kind: 'line', text: 'ab' },
    ]);
  });
});
