import { describe, expect, it } from 'vitest';
import { notMeasuredLines, uncaptured } from '../../../reports/not-measured.ts';

const at = (host: string, scenario: string, because: string): string => `packets at host ${host} in ${scenario}: ${because}`;

describe('notMeasuredLines', () => {
  it('tells hosts that were not captured for the same reason together', () => {
    const notMeasured = [
      'load on path checkout: the driver ended',
      at('client', 'idle-hold', 'tcpdump: not found'),
      at('edge', 'idle-hold', 'tcpdump: not found'),
      at('client', 'steady-echo', 'tcpdump: not found'),
      at('origin', 'steady-echo', 'the folder of the run is full'),
    ];
    expect(notMeasuredLines({ notMeasured })).toEqual([
      'load on path checkout: the driver ended',
      'packets at 2 hosts in 2 scenarios: tcpdump: not found',
      'packets at host origin in steady-echo: the folder of the run is full',
    ]);
  });

  it('names the one host or the one scenario', () => {
    expect(notMeasuredLines({ notMeasured: [at('edge', 'a', 'so'), at('edge', 'b', 'so')] })).toEqual([
      'packets at host edge in 2 scenarios: so',
    ]);
    expect(notMeasuredLines({ notMeasured: [at('edge', 'a', 'so'), at('origin', 'a', 'so')] })).toEqual(['packets at 2 hosts in a: so']);
  });

  it('leaves every other sentence as it is', () => {
    const notMeasured = ['packets of the firewall', 'loss of link lan: no netem'];
    expect(notMeasuredLines({ notMeasured })).toEqual(notMeasured);
    expect(uncaptured({ notMeasured })).toEqual([]);
  });
});
