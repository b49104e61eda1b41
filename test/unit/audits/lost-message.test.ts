import { describe, expect, it } from 'vitest';
import { lostMessage } from '../../../harness/audits/lost-message.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import type { CaptureEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { findingsOf, latencies, load, onControl } from './evidence-builders.ts';
import { capturesOf, deafness, leg, serverLeg, transit } from './leg-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const control = onControl(load());
const unanswered = (count: number, more: Partial<LoadEvidence> = {}): LoadEvidence =>
  load({ echoed: 2000 - count, unanswered: count, ...more });
const judged = (loads: readonly LoadEvidence[], on = path) => findingsOf(lostMessage, on, { loads, hosts: [hostOf('haproxy')] })[0];
const generator = { lag: latencies(1, () => 1), cpuPercent: 99, wasBottleneck: true, because: 'sends were late' };

describe('lost-message', () => {
  it('says the counts when it passes', () => {
    expect(judged([load(), load(), control])).toMatchObject({
      outcome: 'pass',
      summary: '4000 of 4000 messages echoed, none changed',
      measures: { sentMessages: 4000, unansweredMessages: 0, corruptedEchoes: 0 },
    });
  });

  it('says nothing when no upgrade succeeded', () => {
    expect(judged([load({ upgraded: 0, sent: 0, echoed: 0 }), control])).toBeUndefined();
  });
});

describe('lost-message of changed echoes', () => {
  const changed = load({ corrupted: 3 });

  it('fails a single one and holds the only proxy for the likely one', () => {
    expect(judged([load({ corrupted: 1 }), control])).toMatchObject({
      outcome: 'fail',
      summary: expect.stringContaining('1 echo of 2000 messages came back changed or twice'),
      blame: { host: 'haproxy', confidence: 'likely', leg: null, direction: null },
      measures: { corruptedEchoes: 1 },
    });
  });

  it('names nobody where two proxies stand or a link loses packets', () => {
    const lossy = pathWith(['haproxy'], {
      links: [
        { name: 'firewall', impairments: [{ kind: 'loss', percent: 2, direction: 'both' }] },
        { name: 'rack', impairments: [] },
      ],
    });
    expect(judged([changed, control], pathWith(['nginx', 'haproxy']))?.blame?.host).toBe('unknown');
    expect(judged([changed, control], lossy)).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });

  it('is inconclusive when echoes of the control path were changed too', () => {
    expect(judged([changed, onControl(load({ corrupted: 1 }))])?.outcome).toBe('inconclusive');
  });
});

describe('lost-message of unanswered messages', () => {
  it('passes 1 % and says how many', () => {
    expect(judged([unanswered(20), control])).toMatchObject({
      outcome: 'pass',
      summary: '1980 of 2000 messages echoed, none changed, 20 unanswered at the end (1.0 %)',
    });
  });

  it('fails more than 1 % that the control path answers, and names nobody', () => {
    expect(judged([unanswered(60), control])).toMatchObject({
      outcome: 'fail',
      summary: expect.stringContaining('60 of 2000 messages stayed unanswered (3.0 %); on the control path 0.0 %'),
      blame: { host: 'unknown' },
      measures: { unansweredMessages: 60 },
    });
  });

  it('leaves slots that lost sessions to unclean-close', () => {
    expect(judged([unanswered(60, { lostSessions: { fin: 2 } }), load(), control])).toMatchObject({
      outcome: 'pass',
      summary: expect.stringContaining('1 slot left out'),
      measures: { unansweredMessages: 0 },
    });
  });

  it('is inconclusive when the control path has as many', () => {
    expect(judged([unanswered(60), onControl(unanswered(55))])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when too few messages tell the paths apart', () => {
    const few = load({ sent: 100, echoed: 98, unanswered: 2 });
    expect(judged([few, onControl(load({ sent: 100, echoed: 100 }))])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when the generator was the bottleneck', () => {
    expect(judged([unanswered(60, { generator }), control])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('sends were late'),
    });
  });
});

describe('lost-message beside a leg that went deaf', () => {
  const deaf = leg({ scenario: 'steady-echo', transit: transit({ deaf: { nearToFar: deafness(), farToNear: null } }) });
  const lost = (legs: readonly LegEvidence[], captures: readonly CaptureEvidence[] = legs.flatMap((one) => capturesOf(one))) =>
    findingsOf(lostMessage, path, { loads: [unanswered(400), control], hosts: [hostOf('haproxy')], legs, captures })[0];

  it('says so, and names the link', () => {
    expect(lost([deaf])).toMatchObject({
      outcome: 'fail',
      blame: {
        host: 'firewall',
        leg: 'client-haproxy',
        direction: 'to-origin',
        confidence: 'likely',
        because: expect.stringContaining(
          '1 connection of the leg client-haproxy went deaf: what client sent did not reach haproxy any more',
        ),
      },
    });
  });

  it('names nobody when several legs did, and is silent about one of another scenario or in doubt', () => {
    const other = serverLeg({ scenario: 'steady-echo', transit: deaf.transit });
    expect(lost([deaf, other])?.blame).toMatchObject({ host: 'unknown', because: expect.stringContaining('of several legs') });
    expect(lost([{ ...deaf, scenario: 'idle-hold' }])?.blame?.because).not.toContain('deaf');
    expect(lost([deaf], capturesOf(deaf, { droppedPackets: 3 }))?.blame?.because).not.toContain('deaf');
  });
});
