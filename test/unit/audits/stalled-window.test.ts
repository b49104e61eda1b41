import { describe, expect, it } from 'vitest';
import { stalledWindow } from '../../../harness/audits/stalled-window.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import type { PlayedEnd } from '../../../harness/model/play.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf } from './evidence-builders.ts';
import { controlLeg, DISAGREE, instrument, leg, recovered, resent, serverLeg, stall, stream } from './leg-builders.ts';
import { pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const closed = (by: 'a' | 'b', ms: number) => stream({ stalls: [stall('zero-window', by, ms, 2)] });
const byProxy = leg({ near: closed('b', 900), far: closed('b', 890) });

const judged = (legs: readonly LegEvidence[], more: Parameters<typeof findingsOf>[2] = {}, over = path): readonly Finding[] =>
  findingsOf(stalledWindow, over, { legs: [...legs, controlLeg()], ...more });
const only = (...args: Parameters<typeof judged>): Finding | undefined => judged(...args)[0];

describe('stalled-window', () => {
  it('names a proxy that does not read although it could pass everything on', () => {
    expect(only([byProxy, serverLeg()])).toMatchObject({
      outcome: 'fail',
      summary: 'haproxy let client send nothing for 900 ms: its receive window was closed, it did not read',
      blame: { host: 'haproxy', leg: 'client-haproxy', direction: 'to-origin', confidence: 'likely' },
      measures: { longestMs: 900, totalMs: 1800, stalls: 2, connections: 1 },
    });
  });

  it('names the end of a path to which something is done, for certain where both captures show it', () => {
    const frozen = pathWith(['haproxy'], { actions: [{ host: 'client', do: 'freeze', atMs: 1000 }] });
    expect(only([leg({ near: closed('a', 700), far: closed('a', 700) })], {}, frozen)?.blame).toMatchObject({
      host: 'client',
      direction: 'to-client',
      confidence: 'certain',
    });
    expect(only([leg({ near: closed('a', 700), far: null, transit: null })], {}, frozen)?.blame?.confidence).toBe('likely');
  });

  it('passes an end of the path that is slow by itself, as it is no subject', () => {
    const slow = [leg({ near: closed('a', 700), far: closed('a', 700) })];
    expect(only(slow)).toMatchObject({ outcome: 'pass', summary: expect.stringContaining("client is Hopscope's own program") as unknown });
    const behind = [byProxy, serverLeg({ near: closed('b', 850), far: closed('b', 850) })];
    expect(only(behind)?.outcome).toBe('pass');
  });

  it('names the farther host when a proxy only waits for it', () => {
    const deaf = pathWith(['haproxy'], { originFault: { kind: 'stop-reading', afterMs: 100 } });
    const findings = judged([byProxy, serverLeg({ near: closed('b', 850), far: closed('b', 850) })], {}, deaf);
    expect(findings.map(({ blame }) => [blame?.host, blame?.leg])).toEqual([['origin', 'haproxy-origin']]);
  });

  it.each([
    [
      'is slow',
      [],
      {
        ...path,
        links: [
          { name: 'firewall', impairments: [] },
          { name: 'rack1', impairments: [{ kind: 'rate', kbitPerSecond: 64, direction: 'both' } as const] },
        ],
      },
    ],
    ['had to be sent to again', [serverLeg({ near: stream({ resent: { aToB: recovered(9), bToA: resent() } }) })], path],
    ['was not captured', [], path],
  ])('names nobody where what is behind a proxy %s', (_, behind, over) => {
    const legs = behind.length === 0 && over !== path ? [byProxy, serverLeg()] : [byProxy, ...behind];
    expect(only(legs, {}, over)?.blame).toMatchObject({
      host: 'unknown',
      because: expect.stringContaining('could not pass on what it had'),
    });
  });

  it.each([
    ['short moments', leg({ near: closed('b', 300) })],
    ['another kind of stall', leg({ near: stream({ stalls: [stall('delayed-ack', 'b', 900)] }) })],
    ['open windows', leg()],
  ])('passes %s', (_, one) => {
    expect(only([one, serverLeg()])).toMatchObject({ outcome: 'pass' });
  });

  it('passes a connection that was left over when the scenario began', () => {
    const unopened = (ms: number) => stream({ handshake: null, stalls: [stall('zero-window', 'b', ms, 2)] });
    expect(only([leg({ near: unopened(900), far: unopened(890) }), serverLeg()])?.outcome).toBe('pass');
    expect(only([leg({ near: unopened(900), far: closed('b', 890) }), serverLeg()])?.outcome).toBe('fail');
  });

  it.each(['killed', 'vanished'] as const)('passes a connection during which an end was %s by its script', (kind) => {
    const end = (events: PlayedEnd['events']): PlayedEnd => ({ events }) as PlayedEnd;
    const play = (atMs: number, scenario = byProxy.scenario): PlayEvidence =>
      ({ path: byProxy.path, scenario, client: end([{ atMs, kind }]), origin: end([]) }) as unknown as PlayEvidence;
    const outcomeWith = (one: PlayEvidence) => only([byProxy, serverLeg()], { plays: [one] })?.outcome;
    expect(outcomeWith(play(byProxy.startedAtMs + 1))).toBe('pass');
    expect(outcomeWith(play(byProxy.startedAtMs - 1))).toBe('fail');
    expect(outcomeWith(play(byProxy.startedAtMs + 1, 'tunnel'))).toBe('fail');
  });

  it('passes what the control path had about as long in the same scenario', () => {
    const there = controlLeg({ near: closed('b', 480) });
    expect(only([byProxy, serverLeg(), there])?.outcome).toBe('pass');
    expect(only([byProxy, serverLeg(), { ...there, scenario: 'steady-echo' }])?.outcome).toBe('fail');
  });

  it('is inconclusive when the instruments of the leg do not agree', () => {
    expect(only([byProxy, serverLeg()], { instruments: [instrument(DISAGREE)] })?.outcome).toBe('inconclusive');
  });
});
