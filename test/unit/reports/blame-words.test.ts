import { describe, expect, it } from 'vitest';
import type { Blame } from '../../../harness/model/finding.ts';
import { blameLine, clearedNames } from '../../../reports/blame-words.ts';

const blame: Blame = {
  host: 'edge',
  leg: 'client-edge',
  direction: 'to-client',
  confidence: 'certain',
  because: 'b',
  config: null,
  innocent: [],
};

describe('blame in words', () => {
  it('names host, confidence, leg and direction', () => {
    expect(blameLine(blame)).toBe('edge (certain), leg client-edge, towards the client');
  });

  it('says that it does not know', () => {
    expect(blameLine({ ...blame, host: 'unknown', leg: null, direction: null, confidence: 'unknown' })).toBe(
      'unknown host: the evidence does not decide',
    );
  });

  it('takes the cleared names from the sentences that start with one', () => {
    expect(clearedNames({ ...blame, innocent: ['firewall: resent as much on the control path', 'nothing else was seen'] })).toEqual([
      'firewall',
    ]);
  });
});
