import { describe, expect, it } from 'vitest';
import { stoppedCommands } from '../../../../reports/github/stopped-commands.ts';

describe('stoppedCommands', () => {
  it('puts the text between a pause and its end', () => {
    expect(stoppedCommands('a\n::error::not mine\n', 'token')).toBe('::stop-commands::token\na\n::error::not mine\n::token::\n');
  });
});
