import { expect, it } from 'vitest';
import { impairmentLabel } from '../../../reports/impairment-label.ts';

it('says what a link does to packets, and in which direction', () => {
  expect([
    impairmentLabel({ kind: 'loss', percent: 2, direction: 'both' }),
    impairmentLabel({ kind: 'loss-nth', every: 50, direction: 'to-origin' }),
    impairmentLabel({ kind: 'delay', ms: 30, direction: 'both' }),
    impairmentLabel({ kind: 'rate', kbitPerSecond: 512, direction: 'to-client' }),
    impairmentLabel({ kind: 'hold-rst', ms: 200, direction: 'to-client' }),
    impairmentLabel({ kind: 'mtu-blackhole', bytes: 1400, direction: 'to-origin' }),
    impairmentLabel({ kind: 'forget-flows', afterMs: 2000, direction: 'both', subject: true }),
    impairmentLabel({ kind: 'inject-rst', onText: 'a "b"', afterMs: 5, direction: 'to-client' }),
  ]).toEqual([
    '2 % loss, both ways',
    '1 packet in 50 lost, to origin',
    '30 ms delay, both ways',
    '512 kbit/s, to client',
    'RST held 200 ms, to client',
    'silent MTU of 1400 bytes, to origin',
    'flows forgotten after 2000 ms of silence, both ways (under test)',
    String.raw`RSTs injected 5 ms after "a \"b\"", to client`,
  ]);
});
