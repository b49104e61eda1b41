import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { judgeGenerator } from '../../../harness/measure/generator-health.ts';

const lagOf = (ms: number): Distribution => {
  const lag = new Distribution();
  for (let n = 0; n < 100; n += 1) lag.record(ms * 1000);
  return lag;
};

describe('judgeGenerator', () => {
  it.each([
    [1, 50, 1, false, 'the generator kept its schedule: 90 % of sends at most 1.0 ms late, 50 % of a CPU used'],
    [6, 50, 1, true, 'sends were late by more than 5 ms: 90 % of sends at most 6.0 ms late, 50 % of a CPU used'],
    [1, 95, 1, true, 'more than 90 % of a CPU was used: 90 % of sends at most 1.0 ms late, 95 % of a CPU used'],
    [1, 95, 2, false, 'the generator kept its schedule: 90 % of sends at most 1.0 ms late, 95 % of a CPU used by 2 drivers'],
  ])('lag of %i ms and %i %% of a CPU of %i drivers', (lagMs, cpuPercent, drivers, wasBottleneck, because) => {
    expect(judgeGenerator(lagOf(lagMs), cpuPercent, drivers)).toMatchObject({ wasBottleneck, because });
  });
});
