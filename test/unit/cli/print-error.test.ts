import { describe, expect, it } from 'vitest';
import { errorLines } from '../../../harness/cli/print-error.ts';
import { table } from '../../../harness/cli/table.ts';
import { HarnessError } from '../../../harness/errors.ts';
import { throwProblems } from '../../../harness/spec/problem.ts';
import { errorOf } from '../spec/sample.ts';

describe('errorLines', () => {
  it('gives code, message, place and what to do', () => {
    const error = new HarnessError('SPEC_ERR_UNKNOWN_KEY', "expected x, got 'y'", { place: { file: 'a.yaml', line: 2, column: 3 } });
    expect(errorLines(error)).toEqual([
      "error SPEC_ERR_UNKNOWN_KEY: expected x, got 'y'",
      '  at a.yaml:2:3',
      'what to do: Remove the key or correct its spelling.',
    ]);
  });

  it('gives every problem of a spec, each hint once', () => {
    const place = { file: 'a.yaml', line: 1, column: 1 };
    const problems = [1, 2, 3].map((line) => ({
      code: 'SPEC_ERR_WRONG_TYPE' as const,
      message: `m${String(line)}`,
      place: { ...place, line },
    }));
    const lines = errorLines(errorOf(() => throwProblems(problems)));
    expect(lines.filter((line) => line.startsWith('  at '))).toEqual(['  at a.yaml:1:1', '  at a.yaml:2:1', '  at a.yaml:3:1']);
    expect(lines.filter((line) => line.startsWith('what to do'))).toHaveLength(1);
  });

  it('lets no control sequence of a message or a file name through', () => {
    const error = new HarnessError('SETUP_ERR_FAILED', 'first\n\x1b[2Jsecond\u202e', { place: { file: 'a\x1b]0;t\x07.yaml' } });
    expect(errorLines(error).slice(0, 3)).toEqual([
      String.raw`error SETUP_ERR_FAILED: first`,
      String.raw`  \x1b[2Jsecond\u{202e}`,
      String.raw`  at a\x1b]0;t\x07.yaml`,
    ]);
  });
});

it('tables align their columns and escape their cells', () => {
  expect(
    table(
      ['a', 'b'],
      [
        ['long', 'x\x1b'],
        ['s', 'y'],
      ],
    ),
  ).toEqual(['a     b', String.raw`long  x\x1b`, 's     y']);
});
