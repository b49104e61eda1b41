import { expect, it } from 'vitest';
import { nowMs } from '../../../harness/measure/clock.ts';

it('gives Unix time that does not go back', () => {
  const first = nowMs();
  expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
  expect(nowMs()).toBeGreaterThanOrEqual(first);
});
