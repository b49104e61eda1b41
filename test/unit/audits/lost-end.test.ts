import { describe, expect, it } from 'vitest';
import { lostEnd } from '../../../harness/audits/lost-end.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import type { PlayedEnd } from '../../../harness/model/play.ts';
import type { Link } from '../../../harness/model/path.ts';
import type { CaptureEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { capturesOf, leg, serverLeg, stream } from './leg-builders.ts';
import { control, hostOf, pathWith, T0 } from './path-builders.ts';
import { play } from './play-builders.ts';

type Events = PlayedEnd['events'];

const SAID: Events = [{ atMs: T0 + 10, kind: 'fin-sent' }];
const came = (afterMs: number, kind: Events[number]['kind'] = 'fin-came'): Events => [{ atMs: T0 + 10 + afterMs, kind }];

/** A play in which the client ends its direction, and the origin sees `events`. */
function clientEnds(events: Events, more: Partial<PlayEvidence> = {}): PlayEvidence {
  const base = play({ scenario: 'closing', caseId: 'client-fin-idle', endedAtMs: T0 + 2000, ...more });
  return {
    ...base,
    expectation: { outcomes: ['101'], endAtOrigin: ['fin'], withinMs: 1000 },
    client: { ...base.client, events: SAID },
    origin: base.origin === null ? null : { ...base.origin, events },
  };
}

const one = pathWith(['haproxy']);
const judged = (played: PlayEvidence, legs: readonly LegEvidence[] = [], control = clientEnds(came(1)), path = one): readonly Finding[] =>
  findingsOf(lostEnd, path, {
    plays: [onControl(control), played],
    hosts: path.proxies.map(({ name }) => hostOf(name)),
    legs,
    captures: legs.flatMap((each) => capturesOf(each, { scenario: 'closing' })),
  });

const closing = (kind: 'fin' | 'rst', afterMs: number, from: 'a' | 'b' = 'a'): ClosingEvent => ({
  kind,
  from,
  frame: 9,
  atMs: T0 + afterMs,
  code: null,
  reason: '',
});
const seen = (of: (more: Partial<LegEvidence>) => LegEvidence, events: readonly ClosingEvent[]): LegEvidence =>
  of({ scenario: 'closing', near: stream({ closing: events }), far: stream({ closing: events }) });

describe('lost-end', () => {
  it('passes an end that came in time and in kind, and measures how long it took', () => {
    expect(judged(clientEnds(came(3)))).toMatchObject([{ outcome: 'pass', measures: { judgedEnds: 1, slowestEndMs: 3 } }]);
  });

  it.each<[string, Events, string]>([
    ['never came', [], 'never passed on that the client had ended the connection'],
    ['came as a reset', came(3, 'reset-came'), 'turned the orderly end of the client into a reset'],
    ['came late', came(1500), 'passed on the end of the client only after 1500 ms'],
  ])('names the only proxy for an end that %s', (_, events, words) => {
    const [finding] = judged(clientEnds(events));
    expect(finding).toMatchObject({
      outcome: 'fail',
      cases: ['client-fin-idle'],
      blame: { host: 'haproxy', direction: 'to-origin', confidence: 'likely' },
    });
    expect(finding?.summary).toContain(words);
  });

  it.each(['client', 'origin'] as const)('takes a time in which our own %s could not run for no delay of the path', (end) => {
    const stalledFor = (events: Events, ms: number): PlayEvidence => {
      const base = clientEnds(events);
      const stalls = [{ fromMs: T0 + 5, untilMs: T0 + 10 + ms }];
      return {
        ...base,
        ...(end === 'client' ? { client: { ...base.client, stalls } } : { origin: base.origin && { ...base.origin, stalls } }),
      };
    };
    expect(judged(stalledFor(came(1500), 800))).toMatchObject([{ outcome: 'pass', measures: { slowestEndMs: 700 } }]);
    expect(judged(stalledFor(came(1500), 200))).toMatchObject([{ outcome: 'fail' }]);
    expect(judged(stalledFor([{ atMs: T0 + 1600, kind: 'deadline' }], 800))).toEqual([]);
    expect(judged(stalledFor([{ atMs: T0 + 1600, kind: 'deadline' }], 200))).toMatchObject([{ outcome: 'fail' }]);
  });

  it('accuses nobody of what the control path does as well', () => {
    expect(judged(clientEnds([]), [], clientEnds([]))).toMatchObject([{ outcome: 'pass' }]);
  });

  it('says nothing of an end that nobody said, or that the other side left before it came', () => {
    const silent = clientEnds([]);
    expect(judged({ ...silent, client: { ...silent.client, events: [] } })).toEqual([]);
    expect(judged(clientEnds([{ atMs: T0 + 5, kind: 'killed' }]))).toEqual([]);
    expect(judged(clientEnds([{ atMs: T0 + 600, kind: 'deadline' }]))).toEqual([]);
    expect(judged(clientEnds([{ atMs: T0 + 1600, kind: 'deadline' }]))).toMatchObject([{ outcome: 'fail' }]);
  });

  it('is certain when the captures show where it stopped', () => {
    const legs = [seen(leg, [closing('fin', 10)]), seen(serverLeg, [])];
    expect(judged(clientEnds([]), legs)).toMatchObject([
      { blame: { host: 'haproxy', leg: 'haproxy-origin', confidence: 'certain', direction: 'to-origin' } },
    ]);
  });

  it('names the proxy of a chain that kept it, and none that passed it on', () => {
    const chain = pathWith(['outer', 'inner']);
    const legs = [
      seen((more) => leg({ to: 'outer', ...more }), [closing('fin', 10)]),
      seen((more) => leg({ from: 'outer', to: 'inner', clientPort: 45_000, ...more }), [closing('fin', 11)]),
      seen((more) => serverLeg({ from: 'inner', ...more }), []),
    ];
    expect(judged(clientEnds([]), legs, clientEnds(came(1)), chain)).toMatchObject([{ blame: { host: 'inner' } }]);
  });

  it('names nobody in a chain without captures', () => {
    expect(judged(clientEnds([]), [], clientEnds(came(1)), pathWith(['outer', 'inner']))).toMatchObject([
      { outcome: 'fail', blame: { host: 'unknown' } },
    ]);
  });

  it('names nobody when the captures show that every host passed it on', () => {
    const legs = [seen(leg, [closing('fin', 10)]), seen(serverLeg, [closing('fin', 11)])];
    expect(judged(clientEnds([]), legs)).toMatchObject([{ blame: { host: 'unknown' } }]);
  });

  it('names the link that lost it', () => {
    const lost = leg({ scenario: 'closing', near: stream({ closing: [closing('fin', 10)] }), far: stream({ closing: [] }) });
    expect(judged(clientEnds([]), [lost, seen(serverLeg, [])])).toMatchObject([{ blame: { host: 'firewall', leg: 'client-haproxy' } }]);
  });

  describe('on links that are told to lose packets', () => {
    const weather: Link['impairments'] = [{ kind: 'loss', percent: 2, direction: 'both' }];
    const lossy = pathWith(['haproxy'], { links: one.links.map((link) => ({ ...link, impairments: weather })) });
    const direct = control(lossy);
    const cut = clientEnds([]);
    const onLossy = (legs: readonly LegEvidence[], more: Partial<CaptureEvidence> = {}): readonly Finding[] =>
      findingsOf(lostEnd, lossy, {
        plays: [onControl(clientEnds(came(1))), cut],
        hosts: [hostOf('haproxy')],
        legs,
        captures: legs.flatMap((each) => capturesOf(each, { scenario: 'closing', ...more })),
      });

    it('accuses nobody of an end that never came, because nobody sends an RST again', () => {
      expect(onLossy([])).toMatchObject([{ outcome: 'pass', measures: { judgedEnds: 1, endsLostOnTheWay: 1 } }]);
      const onDirect = findingsOf(lostEnd, direct, { plays: [onControl(cut)] });
      expect(onDirect.map(({ outcome }) => outcome)).not.toContain('fail');
      expect(onDirect[0]).toMatchObject({ path: 'direct', measures: { endsLostOnTheWay: 1 } });
    });

    it('accuses nobody where the onward side was over before the end came, as when an RST overtook data and was not accepted', () => {
      const legs = [seen(leg, [closing('rst', 10)]), seen(serverLeg, [closing('fin', 6)])];
      expect(onLossy(legs)).toMatchObject([{ outcome: 'pass', measures: { endsLostOnTheWay: 1 } }]);
      expect(judged(clientEnds([]), legs)).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
    });

    it('names the proxy to which an end came and that passed nothing on, unless a capture lost packets itself', () => {
      const legs = [seen(leg, [closing('fin', 10)]), seen(serverLeg, [])];
      expect(onLossy(legs)).toMatchObject([{ outcome: 'fail', blame: { host: 'haproxy', confidence: 'certain' } }]);
      expect(onLossy(legs, { droppedPackets: 3 })).toMatchObject([{ outcome: 'pass' }]);
    });
  });
});
