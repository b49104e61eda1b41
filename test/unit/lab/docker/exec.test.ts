import { describe, expect, it } from 'vitest';
import { endingOf } from '../../../../harness/lab/docker/exec.ts';

describe('endingOf', () => {
  it('tells an exit code from the end by a signal', () => {
    expect(endingOf(0)).toEqual({ code: 0, signal: null });
    expect(endingOf(1)).toEqual({ code: 1, signal: null });
    expect(endingOf(137)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(endingOf(143)).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('knows no code of a program whose container is gone', () => {
    expect(endingOf(null)).toEqual({ code: null, signal: null });
  });
});
