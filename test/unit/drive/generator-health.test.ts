import { describe, expect, it } from 'vitest';
import { judgeGenerator } from '../../../harness/drive/generator-health.ts';
import { Distribution } from '../../../harness/measure/distribution.ts';

const lagOf = (ms: number): Distribution => {
  const lag = new Distribution();
  for (let n = 0; n < 100; n += 1) lag.record(ms * 1000);
  return lag;
};

describe('judgeGenerator', () => {
  it.each([
    [1, 500, false, 'the generator kept its schedule: 90 % of sends at most 1.0 ms late, 50 % of a CPU used'],
    [6, 500, true, 'sends were late by more than 5 ms: 90 % of sends at most 6.0 ms late, 50 % of a CPU used'],
    [1, 950, true, 'more than 90 % of a CPU was used: 90 % of sends at most 1.0 ms late, 95 % of a CPU used'],
  ])('lag of %i ms and %i ms of CPU in a second', (lagMs, cpuMs, wasBottleneck, because) => {
    expect(judgeGenerator(lagOf(lagMs), { user: cpuMs * 600, system: cpuMs * 400 }, 1000)).toMatchObject({ wasBottleneck, because });
  });
});
