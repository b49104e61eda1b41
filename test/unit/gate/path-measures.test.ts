import { describe, expect, it } from 'vitest';
import type { MeasureGround } from '../../../harness/gate/measure-ground.ts';
import { measurePath } from '../../../harness/gate/path-measures.ts';
import type { PathMeasure } from '../../../harness/measure/threshold-expression.ts';
import { counters, load } from '../audits/evidence-builders.ts';
import { capacityCase, configured, cutRung, rung } from '../audits/limit-builders.ts';
import { pathWith, T0 } from '../audits/path-builders.ts';
import { cutAfter, shaken, survival, survivor } from '../audits/survival-builders.ts';
import { finding } from './gate-builders.ts';
import { distribution, onControlSlot, slot } from './load-builders.ts';
import { NOTHING } from './policy-builders.ts';

const PATH = pathWith(['haproxy']);
const take = (measure: PathMeasure, ground: Partial<MeasureGround>) => measurePath(measure, PATH, { ...NOTHING, ...ground });

describe('measures of a path', () => {
  it.each<[string, Partial<MeasureGround>, object | null]>([
    ['nothing', {}, null],
    ['another path', { ladders: [cutRung(2000, { path: 'other' })] }, null],
    ['another mode', { ladders: [cutRung(2000, { mode: 'ping' })] }, null],
    ['a cut that no config explains', { ladders: [cutRung(2100)] }, { value: 2100 }],
    [
      'the value of the config that the cut is near',
      { ladders: [cutRung(1987, { configured: [configured('nginx', 2000)] })] },
      { value: 2000 },
    ],
    ['a cut far from the config', { ladders: [cutRung(1000, { configured: [configured('nginx', 2000)] })] }, { value: 1000 }],
    ['a config beyond the watch', { ladders: [rung({ configured: [configured('nginx', 75_000)] })] }, { value: 75_000 }],
    [
      'a config within the watch that does nothing',
      { ladders: [rung({ configured: [configured('nginx', 2000)] })] },
      { value: 4000, atLeast: true },
    ],
    ['no limit within the watch', { ladders: [rung()] }, { value: 4000, atLeast: true }],
    ['divided durations, multiplied back', { ladders: [cutRung(2000, { timeScale: 30 })] }, { value: 60_000 }],
    ['the lowest of several', { ladders: [rung(), cutRung(3000), cutRung(2000)] }, { value: 2000 }],
    [
      'a finding of idle sockets',
      { findings: [finding('fail', { auditId: 'idle-cutoff', measures: { limitMs: 2003 } })] },
      { value: 2003 },
    ],
    [
      'held idle sockets',
      { findings: [finding('pass', { auditId: 'idle-cutoff', measures: { holdMs: 4000 } })] },
      { value: 4000, atLeast: true },
    ],
    [
      'findings of divided durations',
      { isTimeScaled: true, findings: [finding('fail', { auditId: 'idle-cutoff', measures: { limitMs: 2003 } })] },
      null,
    ],
  ])('take the idle limit from %s', (_, ground, measured) => {
    expect(take('idle limit', ground).measured).toEqual(measured);
    expect(take('idle limit', ground).because).not.toBe('');
  });

  it('names no host where the lines of several would explain the cut', () => {
    const two = [configured('nginx', 2000), configured('haproxy', 2000)];
    expect(take('idle limit', { ladders: [cutRung(1987, { configured: two })] }).because).toBe(
      'an idle socket was cut after 1.99 s, as more than one config says',
    );
    expect(take('idle limit', { ladders: [cutRung(1987, { configured: two.slice(0, 1) })] }).because).toContain(
      'as nginx, nginx.conf:14 says',
    );
  });

  it('take the safe ping interval as two thirds of the idle limit', () => {
    expect(take('safe ping interval', { ladders: [cutRung(60_000)] }).measured).toEqual({ value: 40_000 });
    expect(take('safe ping interval', {}).measured).toBeNull();
  });

  it('take the survival of reloads over all their sockets, and of nothing else that was done', () => {
    const half = survival({ sockets: [survivor(), cutAfter(10)] });
    const killed = survival({ action: { host: 'haproxy', do: 'kill' }, sockets: [cutAfter(1)] });
    expect(take('reload survival', { survivals: [half, survival(), killed] })).toEqual({
      measured: { value: 75 },
      because: '3 of 4 sockets lived through 2 reloads',
    });
    expect(take('reload survival', { survivals: [killed] }).measured).toBeNull();
    expect(take('reload survival', { survivals: [survival({ sockets: [] })] }).measured).toBeNull();
  });

  it('take the slowest new handshake after a reload', () => {
    const slow = survival({ newHandshakes: [shaken(5, 'reset'), shaken(300)] });
    expect(take('new handshake after reload', { survivals: [survival(), slow] }).measured).toEqual({ value: 305 });
    const never = survival({ newHandshakes: [shaken(5, 'reset')], watchedUntilMs: T0 + 1400 });
    expect(take('new handshake after reload', { survivals: [slow, never] }).measured).toEqual({ value: 1400, atLeast: true });
    expect(take('new handshake after reload', { survivals: [survival({ newHandshakes: [] })] }).measured).toBeNull();
  });

  it('take the share of upgrades from loads, without the steps of a search', () => {
    const loads = [load({ upgraded: 9 }), load(), load({ scenario: 'knee', upgraded: 0 }), onControlSlot({ upgraded: 0 })];
    expect(take('upgrade success', { loads }).measured).toEqual({ value: 95 });
    expect(take('upgrade success', { loads: [load({ attempts: 0 })] }).measured).toBeNull();
  });

  it('take the share of segments that were sent again, unless a host could not be read', () => {
    expect(take('resent segments', { tcpCounters: [counters('client', 1, 49), counters('origin', 1, 149)] }).measured).toEqual({
      value: 1,
    });
    expect(
      take('resent segments', { tcpCounters: [counters('client', 1, 9), counters('origin', 0, 0, { delta: null })] }).measured,
    ).toBeNull();
    expect(take('resent segments', { tcpCounters: [counters('client', 0, 0)] }).measured).toBeNull();
  });

  it('take the least capacity, at least that where nobody was refused', () => {
    expect(take('capacity', { capacities: [capacityCase(), capacityCase({ opened: 12 })] }).measured).toEqual({ value: 8 });
    expect(take('capacity', { capacities: [capacityCase({ above: {} })] }).measured).toEqual({ value: 8, atLeast: true });
    expect(take('capacity', {}).measured).toBeNull();
  });
});

describe('added latency', () => {
  const slow = (ms: number) => distribution(...Array.from({ length: 3000 }, (_, index) => ms + (index % 100) / 1000));
  const abba = (own: number, there: number, more: object = {}) => [
    slot({ slot: 0, latency: slow(own), ...more }),
    onControlSlot({ slot: 1, latency: slow(there) }),
    onControlSlot({ slot: 2, latency: slow(there) }),
    slot({ slot: 3, latency: slow(own), ...more }),
  ];

  it('is that against the control path', () => {
    const { measured, because } = take('p99 added latency', { loads: abba(5, 1) });
    expect(measured?.value).toBeCloseTo(4, 1);
    expect(because).toMatch(/^load peak: p99 .* on direct, 99 % interval/);
  });

  it('is not known without a comparison, or where the generator had nothing left', () => {
    expect(take('p99 added latency', { loads: [slot()] })).toMatchObject({
      measured: null,
      because: expect.stringContaining('no load was compared') as string,
    });
    const generator = { ...slot().generator, wasBottleneck: true, because: 'sends were late' };
    expect(take('p99 added latency', { loads: abba(5, 1, { generator }) })).toMatchObject({
      measured: null,
      because: expect.stringContaining('nothing left') as string,
    });
  });
});
