import { expect, it } from 'vitest';
import { measuredWords, thresholdSentence, warningWords } from '../../../harness/measure/policy-words.ts';
import { quantityWords } from '../../../harness/measure/quantity.ts';

it('writes quantities with their unit', () => {
  expect([quantityWords(5.25, 'ms'), quantityWords(75_000, 'ms'), quantityWords(99.996, '%'), quantityWords(1024, 'count')]).toEqual([
    '5.25 ms',
    '75 s',
    '99.99 %',
    '1,024',
  ]);
});

it('says what was measured, as far as it was', () => {
  expect(measuredWords({ measured: null })).toBe('not measured');
  expect(measuredWords({ measured: { value: 4000, unit: 'ms', atLeast: true } })).toBe('at least 4 s');
  expect(thresholdSentence({ expect: 'idle limit >= 75 s', measured: null, because: 'nobody looked' })).toBe(
    'expected idle limit >= 75 s, not measured: nobody looked',
  );
});

it('says when there are more warnings than may be', () => {
  expect(warningWords({ count: 1, max: null })).toBe('1 warning');
  expect(warningWords({ count: 3, max: 3 })).toBe('3 warnings');
  expect(warningWords({ count: 3, max: 2 })).toBe('3 warnings, and the policy lets 2 be');
  expect(warningWords({ count: 1, max: 0 })).toBe('1 warning, and the policy lets none be');
});
