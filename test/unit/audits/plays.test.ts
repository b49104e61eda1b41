import { describe, expect, it } from 'vitest';
import { alteredStream } from '../../../harness/audits/altered-stream.ts';
import { lostBytes } from '../../../harness/audits/lost-bytes.ts';
import { unpassedHalfClose } from '../../../harness/audits/unpassed-half-close.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import type { PlayedEnd } from '../../../harness/model/play.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { hostOf, pathWith, T0 } from './path-builders.ts';
import { play, played, playedEnd } from './tunnel-play-builders.ts';

const one = pathWith(['haproxy']);
const two = pathWith(['haproxy', 'nginx']);
const NOTHING = played([]);
const carried = (sent: readonly string[], came: readonly string[], more: Partial<PlayEvidence> = {}): PlayEvidence =>
  play(playedEnd(played(sent), NOTHING), playedEnd(NOTHING, played(came, 12)), more);
const well = carried(['hello'], ['hello']);
type Judged = typeof alteredStream;
const judged = (audit: Judged, subject: PlayEvidence, control = well, path = one) =>
  findingsOf(audit, path, { plays: [onControl(control), subject], hosts: [hostOf('haproxy')] });

describe('altered-stream', () => {
  it('names the only proxy and the first byte that differs', () => {
    expect(judged(alteredStream, carried(['hello'], ['heLlo']))).toMatchObject([
      {
        outcome: 'fail',
        cases: ['one-way'],
        measures: { offsetBytes: 2 },
        blame: { host: 'haproxy', confidence: 'likely', direction: 'to-origin' },
      },
    ]);
  });

  it('names nobody where several proxies stand between', () => {
    expect(judged(alteredStream, carried(['hello'], ['heLlo']), well, two)[0]?.blame?.host).toBe('unknown');
  });

  it('accuses nobody of what is so on the control path too', () => {
    const altered = carried(['hello'], ['heLlo']);
    expect(judged(alteredStream, altered, altered)).toMatchObject([{ outcome: 'inconclusive', blame: null }]);
  });

  it('says nothing against a beginning, or a refused play', () => {
    expect(judged(alteredStream, carried(['hello'], ['hel']))).toMatchObject([{ outcome: 'pass' }]);
    const refused = carried(['hello'], ['x'], { outcome: { kind: 'rejected', status: 403, reason: '', elapsedMs: 1 } });
    expect(judged(alteredStream, refused)).toEqual([]);
  });
});

describe('lost-bytes', () => {
  it('counts what did not come', () => {
    expect(judged(lostBytes, carried(['hello'], ['hel']))).toMatchObject([
      { outcome: 'fail', measures: { lostBytes: 2 }, blame: { host: 'haproxy', direction: 'to-origin' } },
    ]);
  });

  it('lets pass what was still coming when the time was over', () => {
    const late = carried(['hello'], ['hel']);
    const cut = { ...late, client: { ...late.client, events: [{ atMs: T0 + 60, kind: 'deadline' as const }] } };
    expect(judged(lostBytes, cut)).toMatchObject([{ outcome: 'pass' }]);
  });

  it('counts no time in which an end of its own could not run', () => {
    const cutAt = (atMs: number, stalls: PlayedEnd['stalls'] = []): PlayEvidence => {
      const late = carried(['hello'], ['hel']);
      return { ...late, client: { ...late.client, stalls, events: [{ atMs: T0 + atMs, kind: 'deadline' }] } };
    };
    const stalls = [{ fromMs: T0 + 30, untilMs: T0 + 580 }];
    expect(judged(lostBytes, cutAt(600))).toMatchObject([{ outcome: 'fail' }]);
    expect(judged(lostBytes, cutAt(600, stalls))).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(lostBytes, cutAt(1200, stalls))).toMatchObject([{ outcome: 'fail' }]);
  });

  it('measures how long small writes take, whatever the difference of the clocks', () => {
    const writes = Array.from({ length: 20 }, () => 'ab');
    const back = {
      ...well,
      caseId: 'back',
      origin: playedEnd(played(['z'], 10 + 500), played([], 0)),
      client: playedEnd(NOTHING, played(['z'], 11)),
    };
    const small = play(playedEnd(played(writes), NOTHING), playedEnd(NOTHING, played(writes, 511)), { caseId: 'small-writes' });
    const findings = findingsOf(lostBytes, one, { plays: [onControl(well), back, small], hosts: [hostOf('haproxy')] });
    expect(findings[0]?.measures['coalescingDelayMsToOrigin']).toBeCloseTo(1, 0);
  });
});

const finAt = (atMs: number): Partial<PlayedEnd> => ({
  events: [{ atMs: T0 + atMs, kind: 'fin-sent' }],
  steps: [{ step: 1, startedAtMs: T0 + atMs - 1, endedAtMs: T0 + atMs + 1 }],
});
const halfClosed = (other: Partial<PlayedEnd>, came: readonly string[], more: Partial<PlayedEnd> = {}): PlayEvidence => {
  const first = { ...finAt(20), ...more };
  return play(playedEnd(NOTHING, played(came, 40), first), playedEnd(played(['late'], 39), NOTHING, other));
};
const FIN_CAME: Partial<PlayedEnd> = { events: [{ atMs: T0 + 21, kind: 'fin-came' }] };
const passed = halfClosed(FIN_CAME, ['late']);

describe('unpassed-half-close', () => {
  it('passes when the FIN came and the other direction went on', () => {
    expect(judged(unpassedHalfClose, passed, passed)).toMatchObject([{ outcome: 'pass' }]);
  });

  it('finds the other direction cut, which lost-bytes leaves to it', () => {
    const cut = halfClosed(FIN_CAME, []);
    expect(judged(unpassedHalfClose, cut, passed)).toMatchObject([
      { outcome: 'fail', measures: { lostBytes: 4 }, blame: { host: 'haproxy', direction: 'to-client' } },
    ]);
    expect(judged(lostBytes, cut, passed)).toMatchObject([{ outcome: 'pass' }]);
  });

  it('finds a FIN that never came while it was waited for long enough', () => {
    const events = [
      { atMs: T0 + 20, kind: 'fin-sent' as const },
      { atMs: T0 + 900, kind: 'deadline' as const },
    ];
    const held = halfClosed({}, ['late'], { events });
    expect(judged(unpassedHalfClose, held, passed)[0]).toMatchObject({ outcome: 'fail', blame: { direction: 'to-origin' } });
    const short = halfClosed({}, ['late'], { events: [events[0]!, { atMs: T0 + 120, kind: 'deadline' }] });
    expect(judged(unpassedHalfClose, short, passed)).toEqual([]);
    const stalls = [{ fromMs: T0 + 30, untilMs: T0 + 880 }];
    expect(judged(unpassedHalfClose, halfClosed({}, ['late'], { events, stalls }), passed)).toEqual([]);
    expect(judged(unpassedHalfClose, halfClosed({ stalls }, ['late'], { events }), passed)).toEqual([]);
  });
});
