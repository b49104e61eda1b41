import { describe, expect, it } from 'vitest';
import { formatFlag } from '../../../harness/cli/format-flag.ts';
import { FILE_FORMATS, MORE_FORMATS, USUAL_FORMATS } from '../../../harness/cli/judge-options.ts';

const parse = (text: string, before: readonly string[] = []): unknown =>
  formatFlag(FILE_FORMATS, '', 'none').parseArg?.(text, before as never);

describe('formatFlag', () => {
  it('takes names with commas, and repeated, each once', () => {
    expect(parse('sarif, junit')).toEqual(['sarif', 'junit']);
    expect(parse('junit,tap', ['sarif', 'junit'])).toEqual(['sarif', 'junit', 'tap']);
  });

  it('says what it takes, and what was meant', () => {
    expect(() => parse('sariff')).toThrow(/expected --format to be among html, .*, tap, got 'sariff'.*sarif/);
  });

  it('splits the formats that are files into those of every run and the others', () => {
    expect([...USUAL_FORMATS, ...MORE_FORMATS]).toEqual(FILE_FORMATS);
  });
});
