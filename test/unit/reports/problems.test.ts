import { describe, expect, it } from 'vitest';
import type { JudgedFinding, RunRecord } from '../../../harness/model/record.ts';
import { fingerprintsOf, problemsOf } from '../../../reports/problems.ts';
import { calmRecord, passingRecord, sampleRecord } from '../../fixtures/record-sample.ts';

const told = (record: RunRecord): readonly string[] =>
  problemsOf(record).map(({ level, rule, path }) => `${level}: ${rule} on ${path ?? 'the run'}`);

/** The sample with something else about its finding of idle-cutoff on checkout. */
const withFinding = (rest: Partial<JudgedFinding>): RunRecord => {
  const record = sampleRecord();
  return { ...record, findings: record.findings.map((one) => (one.id === 'idle-cutoff/checkout/idle' ? { ...one, ...rest } : one)) };
};

describe('problemsOf', () => {
  it('has what fails first, then what is open, and leaves out what is declared', () => {
    expect(told(sampleRecord())).toEqual([
      'error: idle-cutoff on checkout',
      'error: transparency on checkout',
      'error: unmet-expectation on haproxy-plain',
      'error: lab-error on node-proxy',
      'warning: idle-cutoff on node-proxy',
    ]);
    expect(problemsOf(calmRecord())).toEqual([]);
  });

  it('has warnings of the policy as warnings, quarantined ones as notes, and neither what is off nor what the baseline has', () => {
    const because = 'known to the owners';
    const standings = [
      [{ kind: 'warning', because }, 'warning'],
      [{ kind: 'quarantined', because, until: '2027-01-31', daysLeft: 69 }, 'note'],
    ] as const;
    for (const [standing, level] of standings) {
      const problem = problemsOf(withFinding({ expected: true, standing })).find(
        ({ finding }) => finding?.id === 'idle-cutoff/checkout/idle',
      );
      expect(problem?.level).toBe(level);
      expect(problem?.lines.at(-1)).toContain(because);
    }
    for (const standing of [{ kind: 'off', because }, { kind: 'known' }] as const)
      expect(told(withFinding({ expected: true, standing }))).not.toContain('error: idle-cutoff on checkout');
  });

  it('has thresholds and regressions that count', () => {
    const threshold = { path: 'direct', expect: 'idle limit >= 75 s', why: null, measured: null, because: 'nothing was tried' } as const;
    const record = sampleRecord({
      thresholds: [
        { ...threshold, verdict: 'fail' },
        { ...threshold, verdict: 'inconclusive' },
        { ...threshold, verdict: 'pass' },
      ],
      baseline: {
        file: '.hopscope-baseline.json',
        fresh: [],
        known: [],
        regressions: [
          { path: 'direct', measure: 'idle limit', was: 75, now: 30, unit: 'ms', because: 'idle limit was 75 ms and is 30 ms now' },
        ],
        mended: [],
        notCompared: [],
      },
    });
    expect(told(record)).toEqual(
      expect.arrayContaining(['error: threshold on direct', 'warning: threshold on direct', 'error: regression on direct']),
    );
    expect(told(record).filter((line) => line.includes('threshold'))).toHaveLength(2);
  });

  it('never reads as clean where the run did not pass', () => {
    const interrupted = { ...passingRecord(), verdict: 'error' as const, exitCode: 130, headline: 'Interrupted.' };
    expect(told(interrupted)).toEqual(['error: not-passed on the run']);
  });
});

describe('fingerprintsOf', () => {
  it('tells two problems apart that are alike in everything', () => {
    const [problem] = problemsOf(sampleRecord());
    expect(new Set(fingerprintsOf([problem!, problem!])).size).toBe(2);
  });
});
