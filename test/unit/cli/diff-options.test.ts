import { describe, expect, it } from 'vitest';
import { checkOperands, type DiffOptions, rangeOf, revisionsOf } from '../../../harness/cli/diff-options.ts';

const options = (other: Partial<DiffOptions>): DiffOptions => ({
  as: null,
  version: null,
  at: null,
  root: null,
  provide: [],
  env: [],
  urls: [],
  render: null,
  operands: ['a.cfg', 'b.cfg'],
  git: null,
  versions: null,
  skipLimits: false,
  skipLatency: false,
  seed: 1,
  out: null,
  json: false,
  quiet: false,
  ...other,
});

describe('the ends of a range', () => {
  it('are on either side of two dots', () => {
    expect(rangeOf('main..HEAD', '--git', 'HEAD')).toEqual(['main', 'HEAD']);
    expect(rangeOf('2.6..3.0', '--versions', null)).toEqual(['2.6', '3.0']);
    expect(rangeOf('v1.2..', '--git', 'HEAD')).toEqual(['v1.2', 'HEAD']);
  });

  it('must both be there', () => {
    for (const written of ['main', '..HEAD', '', 'a...b'])
      expect(() => rangeOf(written, '--git', 'HEAD')).toThrow('expected --git to name two ends as A..B');
    expect(() => rangeOf('2.6..', '--versions', null)).toThrow(`got '2.6..'`);
  });
});

describe('revisions', () => {
  it('are two, or one and the working folder', () => {
    expect(revisionsOf('main..HEAD')).toEqual(['main', 'HEAD']);
    expect(revisionsOf('main..')).toEqual(['main', 'HEAD']);
    expect(revisionsOf('main')).toEqual(['main', null]);
    for (const written of ['', '..HEAD', 'a...b']) expect(() => revisionsOf(written)).toThrow('expected --git to name two ends as A..B');
  });
});

describe('operands of a diff', () => {
  it('are two without a flag, one with --versions and any number with --git', () => {
    expect(() => checkOperands(options({}))).not.toThrow();
    expect(() => checkOperands(options({ operands: ['a.cfg'], versions: '2.6..3.0' }))).not.toThrow();
    expect(() => checkOperands(options({ operands: ['a', 'b', 'c'], git: 'main..HEAD' }))).not.toThrow();
  });

  it('are refused in any other number, with what came', () => {
    expect(() => checkOperands(options({ operands: [] }))).toThrow('expected two configs or two run folders: <before> <after>, got none');
    expect(() => checkOperands(options({ versions: '2.6..3.0' }))).toThrow('expected one config with --versions A..B, got a.cfg b.cfg');
    expect(() => checkOperands(options({ operands: [], git: 'main..HEAD' }))).toThrow(
      'expected one or more configs behind `--git A..B --`',
    );
  });

  it('are not told apart by two things at a time', () => {
    expect(() => checkOperands(options({ git: 'a..b', versions: '1..2', operands: ['a'] }))).toThrow('got both');
    expect(() => checkOperands(options({ versions: '1..2', version: '3.0', operands: ['a'] }))).toThrow('got both');
  });
});
