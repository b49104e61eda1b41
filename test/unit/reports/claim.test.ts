import { describe, expect, it } from 'vitest';
import type { Blame } from '../../../harness/model/finding.ts';
import { claimOf } from '../../../reports/claim.ts';

const because = 'HAProxy 2.6.12 answered 403 by itself';
const blame: Blame = {
  host: 'edge',
  leg: null,
  direction: null,
  confidence: 'certain',
  because,
  config: {
    symptom: 'answers-itself',
    file: 'a/haproxy.cfg',
    line: 28,
    column: 5,
    text: 'http-request deny if (x)',
    explanation: 'it denies',
  },
  innocent: [],
};
const LOG = 'HAProxy log: PR--, the proxy refused it (deny rule; or invalid)';
const CONFIG = 'a/haproxy.cfg:28 `http-request deny if (x)`';

describe('claimOf', () => {
  it.each([
    ['nothing else', because, because, null],
    ['a line of config', `${because} (${CONFIG})`, because, null],
    [
      'log and config',
      `${because} (${LOG}; ${CONFIG})`,
      because,
      { program: 'HAProxy', words: 'PR--, the proxy refused it (deny rule; or invalid)' },
    ],
    ['a count before it', `5 of 5 upgrades ended in 403: ${because} (${CONFIG})`, `5 of 5 upgrades ended in 403: ${because}`, null],
    ['numbers that are no proof', `${because} (p50 interval +5 ms)`, `${because} (p50 interval +5 ms)`, null],
    ['words behind it', `${because} (${CONFIG}) and more`, `${because} (${CONFIG}) and more`, null],
  ])('takes the proofs off a summary with %s', (_, summary, text, log) => {
    expect(claimOf({ summary, blame })).toEqual({ text, log, saysWhy: true });
  });

  it('keeps a summary that does not say why, and says so', () => {
    expect(claimOf({ summary: 'it failed', blame })).toEqual({ text: 'it failed', log: null, saysWhy: false });
    expect(claimOf({ summary: 'it failed', blame: null })).toEqual({ text: 'it failed', log: null, saysWhy: true });
  });
});
