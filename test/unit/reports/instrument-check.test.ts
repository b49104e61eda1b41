import { describe, expect, it } from 'vitest';
import type { InstrumentSummary, PathRecord, RunRecord } from '../../../harness/model/record.ts';
import { doubtWords, instrumentCheck, instrumentText, toldDoubts } from '../../../reports/instrument-check.ts';
import { passingRecord, sampleRecord } from '../../fixtures/record-sample.ts';

const withPaths = (change: (it: PathRecord) => PathRecord, notMeasured: readonly string[] = []): RunRecord =>
  sampleRecord({ paths: sampleRecord().paths.map(change), notMeasured });
const checks = (count: number, agree: boolean): readonly InstrumentSummary[] =>
  Array.from({ length: count }, (_, index) => ({ scenario: `scenario-${String(index)}`, leg: 'client-origin', agree, because: 'so' }));
const onlyOn = (id: string, instruments: readonly InstrumentSummary[]): RunRecord =>
  withPaths((it) => ({ ...it, instruments: it.path.id === id ? instruments : [] }));
const uncaptured = (reasons: readonly string[]): string =>
  instrumentCheck(withPaths((it) => ({ ...it, legs: [], instruments: [] }), reasons)).sentence;

describe('instrumentCheck', () => {
  it('counts each leg in each scenario, and keeps what is doubted', () => {
    const check = instrumentCheck(sampleRecord());
    expect(check.sentence).toBe('injector, kernels and captures agree on 10 of 11 legs, scenario by scenario');
    expect(check.doubts.map(doubtWords)).toEqual([
      'incident-0001-broken, leg edge-origin, steady-echo: the captures lost 12 packets themselves: doubt the captures',
    ]);
  });

  it('says so when all agree, also of one leg alone', () => {
    expect(instrumentCheck(passingRecord())).toEqual({
      sentence: 'injector, kernels and captures agree on all 3 legs, scenario by scenario',
      doubts: [],
    });
    expect(instrumentCheck(onlyOn('direct', checks(1, true))).sentence).toBe(
      'injector, kernels and captures agree on the one leg that was checked',
    );
  });

  it('says that nothing was captured, and why', () => {
    expect(uncaptured(['packets at host client in idle-hold: tcpdump: not found', 'something else'])).toBe(
      'nothing was captured: tcpdump: not found',
    );
    expect(
      uncaptured(['packets at host client in idle-hold: not found', 'packets at host edge in idle-hold: the folder of the run is full']),
    ).toBe('nothing was captured: not found (and 1 other reason)');
    expect(uncaptured([])).toBe('nothing was captured: captures were off, or the run ended before the first');
  });

  it('does not take captures that were compared with nothing for agreement', () => {
    expect(instrumentCheck(withPaths((it) => ({ ...it, instruments: [] }))).sentence).toBe(
      'packets were captured, but no leg was compared with what the kernels counted',
    );
  });

  it('tells the first three doubts and how many more there are', () => {
    const check = instrumentCheck(onlyOn('direct', checks(5, false)));
    expect(check.sentence).toBe('injector, kernels and captures agree on 0 of 5 legs, scenario by scenario');
    expect(toldDoubts(check).told.map(({ scenario }) => scenario)).toEqual(['scenario-0', 'scenario-1', 'scenario-2']);
    expect(toldDoubts(check).more).toBe('2 more doubts in report.html');
    expect(instrumentText(check)).toMatch(/; not on direct, leg client-origin, scenario-2: so; 2 more doubts in report\.html$/);
  });
});
