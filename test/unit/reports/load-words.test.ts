import { describe, expect, it } from 'vitest';
import { headroomWords, kneeSentence, kneeStop, sessionWords, slotsOf } from '../../../reports/load-words.ts';
import { kneeLines, loadLines } from '../../../reports/load-lines.ts';
import { SAMPLE_COMPARISONS, SAMPLE_KNEES, SAMPLE_LOADS } from '../../fixtures/record-sample-loads.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const [open, closed] = SAMPLE_COMPARISONS;
const [knee] = SAMPLE_KNEES;

describe('words about a load', () => {
  it('count failed upgrades apart from sessions', () => {
    expect(sessionWords(open!)).toBe(
      '4,000 of 4,074 sessions upgraded (61 × status-503, 13 × reset); 1,128,946 of 1,129,000 messages echoed',
    );
    expect(sessionWords({ ...open!, upgradeFailures: {}, sent: 0 })).toBe('4,000 of 4,074 sessions upgraded');
  });

  it('name a closed loop and a load that was cut', () => {
    const { title, facts } = loadLines(sampleRecord(), closed!);
    expect(title).toBe('as-fast-as-it-goes on checkout (closed loop)');
    expect(facts.join('; ')).toMatch(/asks less of a slow path.*not the whole load: its generator ended before the load did/);
  });

  it('say what generator and origin used, and that the origin was not measured', () => {
    const { headroom } = SAMPLE_LOADS[0]!;
    expect(headroomWords(headroom)).toBe(
      '99 % of sends were at most 0.38 ms late, the generator used 40 % of a CPU; the origin used 36 % of a CPU at its highest',
    );
    expect(headroomWords({ ...headroom, originCpuPercent: null })).toMatch(/the CPU of the origin was not measured$/);
  });

  it('put the slots of a path and of its control in the order they ran', () => {
    expect(slotsOf(SAMPLE_LOADS.toReversed(), open!).map(({ path }) => path)).toEqual([
      'haproxy-plain',
      'direct',
      'direct',
      'haproxy-plain',
    ]);
  });
});

describe('words about a knee', () => {
  it('say what was sustained, where it broke and what ended first', () => {
    expect(kneeLines(sampleRecord())).toEqual([
      'haproxy-plain kept p99 < 50ms and failures == 0 up to 13,000 messages a second, and no longer at 14,000; what ended first: CPU of a proxy (haproxy): haproxy used 99 % of a CPU at 14,000 messages a second, and 91 % at 13,000',
    ]);
  });

  it('say so when nothing broke, and when nothing held', () => {
    expect(kneeSentence({ ...knee!, of: 'connections', brokeAt: null })).toMatch(/up to 13,000 connections, the most that was tried$/);
    expect(kneeSentence({ ...knee!, sustainable: null, brokeAt: 1000 })).toMatch(
      /at any load that was tried, the least being 1,000 messages a second$/,
    );
    expect(kneeStop({ ...knee!, stoppedBy: null })).toBeNull();
  });
});
